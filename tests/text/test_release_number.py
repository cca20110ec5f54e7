from __future__ import annotations

import pytest
from basalt_cli.model.change import Risk
from basalt_cli.text.release_number import Bump, Number, parse_number, smallest_bump


def test_numbers_are_parsed_and_written() -> None:
    assert parse_number("1.20.3") == parse_number("v1.20.3") == Number(1, 20, 3)
    assert str(Number(1, 20, 3)) == "1.20.3"


def test_numbers_are_ordered_by_value() -> None:
    assert Number(1, 10, 0) > Number(1, 9, 9) > Number(0, 99, 99)


@pytest.mark.parametrize(
    ("bump", "expected"), [(Bump.PATCH, Number(1, 2, 4)), (Bump.MINOR, Number(1, 3, 0)), (Bump.MAJOR, Number(2, 0, 0))]
)
def test_a_bump_resets_what_is_below_it(bump: Bump, expected: Number) -> None:
    assert Number(1, 2, 3).raised(bump) == expected


@pytest.mark.parametrize(
    ("risk", "after_one", "before_one"),
    [
        (Risk.NONE, Bump.PATCH, Bump.PATCH),
        (Risk.WORDING, Bump.PATCH, Bump.PATCH),
        (Risk.BEHAVIOURAL, Bump.MINOR, Bump.PATCH),
        (Risk.BREAKING, Bump.MAJOR, Bump.MINOR),
    ],
)
def test_the_smallest_bump_of_each_risk(risk: Risk, after_one: Bump, before_one: Bump) -> None:
    assert smallest_bump(Number(1, 0, 0), risk) is after_one
    assert smallest_bump(Number(0, 9, 9), risk) is before_one
