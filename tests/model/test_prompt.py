from __future__ import annotations

import pytest
from basalt_cli.model.prompt import (
    Case,
    Example,
    Expectation,
    Insert,
    Message,
    ModelSettings,
    Output,
    Part,
    Prompt,
    TemplateText,
    Variable,
    Whitespace,
)
from basalt_cli.model.source import FILE_START, Scalar


def text(key: str) -> TemplateText:
    return TemplateText(key.upper(), key, Scalar(key, key, "", 0, 1, FILE_START))


@pytest.mark.parametrize(
    ("settings", "identifier"),
    [
        (ModelSettings(), None),
        (ModelSettings(version="1"), None),
        (ModelSettings("m"), "m"),
        (ModelSettings("m", version="2025"), "m-2025"),
    ],
)
def test_the_identifier_of_a_model(settings: ModelSettings, identifier: str | None) -> None:
    assert settings.identifier == identifier


def test_what_a_caller_must_give() -> None:
    variable = Variable("a", "any", {}, FILE_START)
    assert variable.required
    assert not variable._replace(optional=True).required
    assert not variable._replace(has_default=True).required


def test_a_variable_is_found_by_name() -> None:
    variables = tuple(Variable(name, "any", {}, FILE_START) for name in "ab")
    prompt = Prompt("p", (), variables=variables)
    assert prompt.find_variable("b") is variables[1]
    assert prompt.find_variable("c") is None


def test_templates_are_those_of_turns_and_then_of_examples() -> None:
    parts = (Part("text", text("c")), Part("image", text("d")))
    turns = (Message("system", text("a"), "x"), Insert("h", "y", FILE_START), Message("user", parts, "z"))
    prompt = Prompt("p", turns, examples=(Example(text("e"), text("f")), Example(text("g"), text("h"))))
    assert [template.key for template in prompt.templates] == list("acdefgh")


def test_a_case_is_whole_without_files() -> None:
    case = Case("c", {}, {}, (), FILE_START)
    assert case.is_whole
    assert not case._replace(fixtures=("a.yaml",)).is_whole
    assert not case._replace(table="a.csv").is_whole


def test_a_case_wants_the_snapshot_that_it_expects() -> None:
    case = Case("c", {}, {}, (Expectation("contains", "x"),), FILE_START)
    assert not case.wants_snapshot
    assert case._replace(expectations=(*case.expectations, Expectation("snapshot", True))).wants_snapshot
    assert not case._replace(expectations=(Expectation("snapshot", False),)).wants_snapshot
    assert not case._replace(expectations=(Expectation("contains", True),)).wants_snapshot


def test_defaults_are_those_of_jinja2() -> None:
    assert Whitespace() == (False, False, False)
    assert Prompt("p", ()).output == Output("text", None)
