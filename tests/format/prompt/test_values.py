from __future__ import annotations

import pytest
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.format.prompt.values import VariablesError, check_values, complete_values, wrong_values_error
from basalt_cli.model.prompt import Prompt


def parse(text: str) -> Prompt:
    prompt = parse_prompt("t", text.encode()).prompt
    assert prompt is not None
    return prompt


PROMPT = parse(
    "variables: {tone: string, n: {type: integer, default: 1}, c: {optional: true}, p: {pattern: a, optional: true}}\nprompt: x\n"
)
DECLARED = "Declared: tone (string, required), n (integer, has a default), c (any, optional), p (any, optional)."


def test_missing_and_unknown_variables_are_named_together() -> None:
    prompt = parse_prompt("t", b"variables: {tone: string, b: {default: 1}, c: {optional: true}}\nprompt: x\n").prompt
    assert prompt is not None
    with pytest.raises(VariablesError) as caught:
        complete_values(prompt, {"tonne": "x"})
    assert "needs the variable 'tone'" in caught.value.message
    assert "declares no variable 'tonne'" in caught.value.message
    assert caught.value.hint is not None
    assert "Did you mean 'tone'?" in caught.value.hint
    assert "tone (string, required), b (any, has a default), c (any, optional)" in caught.value.hint
    assert complete_values(prompt, {"tone": "x"}) == {"tone": "x", "b": 1}


def test_each_problem_of_names_is_told() -> None:
    for given, message, hint, missing in (
        ({}, "t needs the variable 'tone'", DECLARED, ("tone",)),
        ({"tone": 1, "x": 2}, "t declares no variable 'x'", DECLARED, ()),
        ({"tone": 1, "toe": 2, "y": 1}, "t declares no variable 'toe', 'y'", f"Did you mean 'tone'? {DECLARED}", ()),
    ):
        with pytest.raises(VariablesError) as caught:
            complete_values(PROMPT, given)  # type: ignore[arg-type]
        assert (caught.value.message, caught.value.hint, caught.value.missing) == (message, hint, missing)


def test_several_missing_variables_are_a_plural() -> None:
    with pytest.raises(VariablesError) as caught:
        complete_values(parse("variables: {a: string, b: string}\nprompt: x\n"), {})
    assert caught.value.message == "t needs the variables 'a', 'b'"
    assert caught.value.missing == ("a", "b")


def test_a_prompt_without_variables_declares_none() -> None:
    with pytest.raises(VariablesError) as caught:
        complete_values(parse("prompt: x\n"), {"a": 1})
    assert caught.value.hint == "Declared: none."


def test_given_values_win_over_defaults() -> None:
    assert complete_values(PROMPT, {"tone": "a", "n": 5}) == {"tone": "a", "n": 5}
    assert complete_values(PROMPT, {"tone": "a"}) == {"n": 1, "tone": "a"}


def test_values_are_checked_where_that_is_bounded() -> None:
    values = {"tone": 3, "n": 1, "p": "b"}
    assert check_values(PROMPT.variables, values) == {"tone": " must be a string, not an integer (3)"}  # type: ignore[arg-type]
    assert check_values(PROMPT.variables, {"tone": "x"}) == {}


def test_wrong_values_are_one_error() -> None:
    one = wrong_values_error(PROMPT, {"tone": " must be a string"})
    assert (one.message, one.hint, one.missing) == ("tone must be a string", DECLARED, ())
    two = wrong_values_error(PROMPT, {"tone": " is a", "n": ".b is c"})
    assert two.message == "2 variables of t are invalid:\n  tone is a\n  n.b is c"
