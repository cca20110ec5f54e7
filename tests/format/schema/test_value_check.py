from __future__ import annotations

import subprocess
import sys

import pytest
from basalt_cli.format.schema.value_check import find_schema_problem, find_value_problem, is_simple
from basalt_cli.model.json_value import Json
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, SchemaError

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


def test_a_long_value_is_cut_in_the_message() -> None:
    problem = find_value_problem({"type": "integer"}, "x" * 10_000)
    assert problem is not None
    assert len(problem) < 400


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "string"}, 3, " must be a string, not an integer (3)"),
        ({"type": "string"}, None, " must be a string, not null"),
        ({"type": ["string", "null"]}, 3, " must be a string or null, not an integer (3)"),
        ({"type": ["integer", "string"]}, 1.5, " must be an integer or string, not a number (1.5)"),
        ({"type": "integer"}, True, " must be an integer, not a boolean (True)"),
        ({"type": "integer"}, 2.0, None),
        ({"type": "number"}, True, " must be a number, not a boolean (True)"),
        ({"type": "array"}, {}, " must be an array, not a mapping ({})"),
        ({"type": "object"}, [], " must be an object, not a list ([])"),
        ({"type": "boolean"}, 0, " must be a boolean, not an integer (0)"),
        ({"type": "null"}, 0, " must be a null, not an integer (0)"),
        ({"enum": ["warm", "neutral"]}, "cold", " must be one of warm, neutral, not 'cold'"),
        ({"enum": [1]}, True, " must be one of 1, not True"),
        ({"enum": [1]}, 1.0, None),
        ({"const": 1}, True, " is invalid: 1 was expected"),
        ({"const": "a"}, "b", " is invalid: 'a' was expected"),
        (
            {"type": "object", "properties": {"id": {"type": "integer"}}},
            {"id": "x"},
            ".id must be an integer, not a string ('x')",
        ),
        ({"type": "object", "required": ["id"]}, {}, " is invalid: 'id' is a required property"),
        ({"type": "array", "items": {"type": "string"}}, ["a", 1], "[1] must be a string, not an integer (1)"),
        (
            {"type": "array", "items": {"properties": {"b": {"items": {"type": "null"}}}}},
            [{"b": [None, 1]}],
            "[0].b[1] must be a null, not an integer (1)",
        ),
        ({"minimum": 3}, 2, " is invalid: 2 is less than the minimum of 3"),
        ({"minimum": 3}, 3, None),
        ({"maximum": 3}, 4, " is invalid: 4 is greater than the maximum of 3"),
        ({"maximum": 3}, 3.0, None),
        ({"minLength": 2}, "a", " is invalid: 'a' is too short"),
        ({"minLength": 2}, "ab", None),
        ({"maxLength": 2}, "abc", " is invalid: 'abc' is too long"),
        ({"minItems": 1}, [], " is invalid: [] should be non-empty"),
        ({"maxItems": 1}, [1, 2], " is invalid: [1, 2] is too long"),
        ({"minimum": 3}, "a", None),
        ({"minLength": 3}, 1, None),
        ({"pattern": "^a"}, "b", " is invalid: 'b' does not match '^a'"),
        ({"pattern": "^a"}, "a", None),
        (
            {"type": "nonsense"},
            1,
            " cannot be checked: its schema is not valid JSON Schema: 'nonsense' is not valid under any of the given schemas",
        ),
        (
            {"minLength": "x"},
            "a",
            " cannot be checked: its schema is not valid JSON Schema: 'x' is not of type 'integer'",
        ),
        (
            {"$ref": "file:///etc/passwd"},
            1,
            " cannot be checked: its schema refers to 'file:///etc/passwd', which is not inside it",
        ),
        ({"$ref": "#"}, 1, " cannot be checked: its schema refers to itself without end"),
        (
            {"additionalProperties": False},
            {"a": 1},
            " is invalid: Additional properties are not allowed ('a' was unexpected)",
        ),
        ({"items": False}, [1], " is invalid: Expected at most 0 items but found 1 extra: 1"),
        ({"items": True}, [1], None),
        (
            {"type": "string"},
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            None,
        ),
    ],
)
def test_what_is_wrong_with_a_value_is_a_clause(schema: dict[str, Json], value: Json, expected: str | None) -> None:
    assert find_value_problem(schema, value) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (True, None),
        (False, None),
        ({}, None),
        ({"type": "string"}, None),
        ({"type": "strin"}, "'strin' is not valid under any of the given schemas"),
        ({"type": ["string", "null"]}, None),
        ({"type": []}, "[] is not valid under any of the given schemas"),
        ({"enum": []}, None),
        ({"enum": "a"}, "'a' is not of type 'array'"),
        ({"examples": 1}, "1 is not of type 'array'"),
        ({"required": ["a"]}, None),
        ({"required": ["a", "a"]}, "['a', 'a'] has non-unique elements"),
        ({"required": [1]}, "1 is not of type 'string'"),
        ({"required": "a"}, "'a' is not of type 'array'"),
        ({"title": 1}, "1 is not of type 'string'"),
        ({"description": "d"}, None),
        ({"format": 3}, "3 is not of type 'string'"),
        ({"minLength": -1}, "-1 is less than the minimum of 0"),
        ({"minLength": 1.5}, "1.5 is not of type 'integer'"),
        ({"minLength": True}, "True is not of type 'integer'"),
        ({"maxItems": 0}, None),
        ({"minimum": "1"}, "'1' is not of type 'number'"),
        ({"minimum": 1.5}, None),
        ({"minimum": True}, "True is not of type 'number'"),
        ({"properties": {"a": {"type": "x"}}}, "'x' is not valid under any of the given schemas"),
        ({"properties": []}, "[] is not of type 'object'"),
        ({"items": {"type": "x"}}, "'x' is not valid under any of the given schemas"),
        ({"items": [{"type": "string"}]}, "[{'type': 'string'}] is not of type 'object', 'boolean'"),
        ({"additionalProperties": {"type": "x"}}, "'x' is not valid under any of the given schemas"),
        ({"additionalProperties": False}, None),
        ({"const": 1, "default": None}, None),
        ({"pattern": "("}, "'(' is not a 'regex'"),
        ({"pattern": "a"}, None),
        (3, "3 is not of type 'object', 'boolean'"),
        ([], "[] is not of type 'object', 'boolean'"),
        ("x", "'x' is not of type 'object', 'boolean'"),
        (None, "None is not of type 'object', 'boolean'"),
        ({"unknown": 1}, None),
        ({"anyOf": []}, "[] should be non-empty"),
        ({"$ref": 3}, "3 is not of type 'string'"),
    ],
)
def test_what_is_wrong_with_a_schema_is_told(schema: Json, expected: str | None) -> None:
    assert find_schema_problem(schema) == expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (True, True),
        (False, True),
        (None, False),
        ({}, True),
        ({"type": "string", "title": "t"}, True),
        ({"pattern": "a"}, False),
        ({"properties": {"a": {"$ref": "#"}}}, False),
        ({"properties": {"a": {"type": "string"}}}, True),
        ({"properties": [1]}, False),
        ({"items": {"format": "x"}}, False),
        ({"items": {"items": {}}}, True),
        ({"items": [{}]}, False),
        ({"additionalProperties": False}, False),
    ],
)
def test_which_schemas_are_bounded_in_time(schema: Json, expected: bool) -> None:
    assert is_simple(schema) is expected


def nested(depth: int) -> Json:
    schema: Json = {}
    for _ in range(depth):
        schema = {"items": schema}
    return schema


def test_depth_is_bounded() -> None:
    assert is_simple(nested(32))
    assert not is_simple(nested(33))
    assert find_schema_problem(nested(33)) is None
    assert find_schema_problem(nested(5000)) == "it is nested too deeply"


_ANY_SCHEMAS = st.recursive(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("type", "enum", "required", "minimum", "minLength", "title", "const"), _JSON)
    ),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "items": inner | _JSON,
            "properties": st.dictionaries(st.text("ab", max_size=1), inner, max_size=2) | _JSON,
        },
    ),
    max_leaves=3,
)


@given(_ANY_SCHEMAS)
def test_the_quick_check_of_schemas_agrees_with_jsonschema(schema: dict[str, Json]) -> None:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError:
        assert find_schema_problem(schema) is not None
    else:
        assert find_schema_problem(schema) is None


CHECKED_ALONE = """
import sys
from basalt_cli.format.schema.value_check import find_schema_problem, find_value_problem, is_simple
keywords = {
    "type": "string", "enum": ["a"], "const": "a", "properties": {"b": {"type": "string"}}, "required": ["b"], "items": {},
    "minimum": 1, "maximum": 2.5, "minLength": 1, "maxLength": 1, "minItems": 1, "maxItems": 2, "title": "t",
    "description": "d", "examples": [1], "default": None, "$schema": "s",
}
for name, value in keywords.items():
    assert is_simple({name: value}), name
    if name != "$schema":
        assert find_schema_problem({name: value}) is None, name
for name, value in {"additionalProperties": False, "format": "f"}.items():
    assert find_schema_problem({name: value}) is None, name
for kind, value in {"string": "", "integer": 3, "number": 0.5, "boolean": False, "object": {}, "array": [], "null": None}.items():
    assert find_schema_problem({"type": kind}) is None, kind
    assert find_value_problem({"type": kind}, value) is None, kind
    assert find_value_problem({"type": ["null", kind]}, value) is None, kind
schema = {
    "type": "object", "required": ["a"], "title": "t", "description": "d", "examples": [], "default": {}, "$schema": "s",
    "properties": {
        "a": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "string", "minLength": 1, "maxLength": 2}},
        "b": {"type": "number", "minimum": 0, "maximum": 2}, "c": {"enum": [1, "x"]}, "d": {"const": None}, "e": True,
        "f": {"type": "integer"},
    },
}
value = {"a": ["x", "yy"], "b": 2, "c": "x", "d": None, "e": [], "f": 2.0, "g": "other"}
assert find_value_problem(schema, value) is None
assert find_value_problem(schema, {"a": ["x"]}) is None
assert find_schema_problem(True) is None
assert "jsonschema" not in sys.modules
assert find_value_problem(schema, {}) is not None
assert "jsonschema" in sys.modules
"""


def test_common_schemas_are_checked_without_a_library() -> None:
    subprocess.run([sys.executable, "-c", CHECKED_ALONE], check=True)
