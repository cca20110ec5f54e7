"""Which values of test cases a prompt does not accept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import find, places

VARIABLES = (
    "variables: {n: integer, t: {type: string, default: x}, o: {type: string, optional: true}, m: string}\nprompt: a\n"
)


@pytest.mark.parametrize(
    ("case", "messages"),
    [
        ("variables: {n: 1, m: a}", []),
        ("variables: {n: 1, m: a, t: b, o: c}", []),
        ("variables: {n: x, m: a}", ["in the case 'c', n must be an integer, not a string ('x')"]),
        ("variables: {n: 1}", ["the case 'c' gives no value for 'm'"]),
        ("{}", ["the case 'c' gives no value for 'n', 'm'"]),
        ("variables: {n: 1, m: a, mm: b}", ["the case 'c' gives 'mm', which is not declared"]),
        ("variables: {n: x}", ["the case 'c' gives no value for 'm'", "in the case 'c', n must be an integer, not a string ('x')"]),
        # Values may come from the files of the case.
        ("fixtures: [f.yaml]", []),
        ("fixtures: [f.yaml], variables: {n: x}", ["in the case 'c', n must be an integer, not a string ('x')"]),
    ],
)  # fmt: skip
def test_a_case_gives_values_of_the_declared_types(case: str, messages: list[str], tmp_path: Path) -> None:
    text = VARIABLES + f"tests:\n  - {{name: c, {case.removeprefix('{}')}}}\n"
    assert [found.message for found in find(tmp_path, text.replace(", }", "}"), "case-values")] == messages


def test_an_unknown_name_is_guessed_and_the_place_is_that_of_its_value(tmp_path: Path) -> None:
    text = VARIABLES + "tests:\n  - name: c\n    variables: {n: 1, m: a, tt: b}\n"
    (found,) = find(tmp_path, text, "case-values")
    assert (found.span[:2], found.help) == ((5, 33), "Did you mean 't'? Declared: n, t, o, m.")
    assert places(tmp_path, "case-values", "prompt: a\n") == []
