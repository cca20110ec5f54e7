from __future__ import annotations

import time

import pytest
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.format.prompt.values import VariablesError, complete_values
from basalt_cli.format.schema.value_check import find_value_problem, is_simple
from basalt_cli.model.json_value import Json
from basalt_cli.text.clean import clean, clean_line
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-5, 5) | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=1), inner, max_size=3),
    max_leaves=6,
)
_TYPES = st.sampled_from(["string", "number", "integer", "boolean", "object", "array", "null"])
_SCHEMAS = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "type": _TYPES | st.lists(_TYPES, min_size=1, max_size=2, unique=True),
            "enum": st.lists(_JSON, min_size=1, max_size=3),
            "const": _JSON,
            "minimum": st.integers(-3, 3),
            "maximum": st.integers(-3, 3),
            "minLength": st.integers(0, 2),
            "maxLength": st.integers(0, 2),
            "minItems": st.integers(0, 2),
            "maxItems": st.integers(0, 2),
            "required": st.lists(st.sampled_from("ab"), max_size=2, unique=True),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {}, optional={"items": inner, "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2)}
    ),
    max_leaves=4,
)


@given(_SCHEMAS, _JSON)
def test_the_quick_check_agrees_with_jsonschema(schema: dict[str, Json], value: Json) -> None:
    assert is_simple(schema)
    assert (find_value_problem(schema, value) is None) == Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "string"}, 3, " must be a string, not an integer (3)"),
        ({"type": ["string", "null"]}, 3, "must be a string or null, not an integer (3)"),
        ({"enum": ["warm", "neutral"]}, "cold", "must be one of warm, neutral, not 'cold'"),
        ({"type": "object", "properties": {"id": {"type": "integer"}}}, {"id": "x"}, ".id must be an integer"),
        ({"type": "array", "items": {"type": "string"}}, ["a", 1], "[1] must be a string"),
        ({"pattern": "^a"}, "b", "does not match"),
        ({"type": "nonsense"}, 1, "its schema is not valid JSON Schema"),
        ({"$ref": "file:///etc/passwd"}, 1, "which is not inside it"),
        ({"$ref": "http://example.com/x"}, 1, "which is not inside it"),
        ({"$ref": "#"}, 1, "without end"),
    ],
)
def test_what_is_wrong_is_said_in_words(schema: dict[str, Json], value: Json, message: str) -> None:
    problem = find_value_problem(schema, value)
    assert problem is not None
    assert message in problem


def test_a_long_value_is_cut_in_the_message() -> None:
    problem = find_value_problem({"type": "integer"}, "x" * 10_000)
    assert problem is not None
    assert len(problem) < 400


def test_a_slow_schema_is_not_simple() -> None:
    assert not is_simple({"type": "string", "pattern": "(a+)+$"})
    assert not is_simple({"properties": {"a": {"$ref": "#"}}})


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\tb\nc", "a\tb\nc"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x1b]8;;x\x07", "\\x1b]8;;x\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb", "a\\u200bb"),
        ("\U000e0041", "\\U000e0041"),
        ("\r", "\\x0d"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200db", "a\\u200db"),
        ("é ß 漢字", "é ß 漢字"),
        ("[/x] [bold]", "[/x] [bold]"),
    ],
)
def test_text_is_made_safe_to_print(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_a_line_stays_one_line() -> None:
    assert clean_line("a\nb\tc") == "a\\nb\\tc"


def test_cleaning_is_quick() -> None:
    started = time.monotonic()
    clean("é" * 1_000_000)
    assert time.monotonic() - started < 2
