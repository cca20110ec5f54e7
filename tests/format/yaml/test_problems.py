from __future__ import annotations

import pytest
from basalt_cli.errors import BasaltError, NotFoundError, Place, UsageError
from basalt_cli.format.yaml.problems import format_problem, raise_problems
from basalt_cli.model.source import Problem, Span

FIRST = Problem("rule", "first", Span(2, 3, 2, 9), "Do this.")
SECOND = Problem("rule", "second", Span(10, 1, 10, 2), "Do that.")


def test_a_problem_has_its_place_in_front() -> None:
    assert format_problem("a/b.yaml", FIRST) == "a/b.yaml:2:3: first"


def test_no_problems_raise_nothing() -> None:
    raise_problems("a.yaml", [], BasaltError)


def test_one_problem_is_the_error() -> None:
    with pytest.raises(NotFoundError) as caught:
        raise_problems("a.yaml", [FIRST], NotFoundError)
    error = caught.value
    assert (error.message, error.hint, error.place) == ("first", "Do this.", Place("a.yaml", 2, 3))


def test_several_problems_are_listed_by_place_with_the_help_of_the_first() -> None:
    with pytest.raises(UsageError) as caught:
        raise_problems("a.yaml", [SECOND, FIRST], UsageError)
    error = caught.value
    assert error.message == "2 problems:\n  a.yaml:2:3: first\n  a.yaml:10:1: second"
    assert (error.hint, error.place) == ("Do this.", Place("a.yaml", 2, 3))
