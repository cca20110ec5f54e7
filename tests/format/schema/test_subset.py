from __future__ import annotations

import pytest
from basalt_cli.format.schema.subset import fits_into, without_annotations
from basalt_cli.format.schema.value_check import find_value_problem
from basalt_cli.model.json_value import Json
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ({"type": "string"}, {"type": "string"}, True),
        ({"type": "string"}, {}, True),
        ({"type": "string"}, True, True),
        ({}, {"type": "string"}, False),
        (True, {"type": "string"}, False),
        (False, {"type": "string"}, True),
        ({"type": "string"}, False, False),
        ({"type": "integer"}, {"type": "number"}, True),
        ({"type": "number"}, {"type": "integer"}, False),
        ({"type": ["string", "integer"]}, {"type": ["string", "number"]}, True),
        ({"type": "string"}, {"type": ["string", "null"]}, True),
        ({"type": ["string", "null"]}, {"type": "string"}, False),
        ({"enum": ["a", "b"]}, {"type": "string"}, True),
        ({"enum": ["a", 1]}, {"type": "string"}, False),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, True),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, False),
        ({"const": "a"}, {"enum": ["a", "b"]}, True),
        ({"const": "a"}, {"type": "string"}, True),
        ({"const": 1}, {"type": "string"}, False),
        ({"enum": "a"}, {"type": "string"}, False),
        ({"enum": ["a"]}, {"pattern": "a"}, False),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, {"type": ["string", "integer"]}, True),
        ({"anyOf": [{"type": "string"}, {"type": "number"}]}, {"type": "string"}, False),
        ({"type": "string"}, {"anyOf": [{"type": "integer"}, {"type": "string"}]}, True),
        ({"type": "number"}, {"anyOf": [{"type": "integer"}, {"type": "string"}]}, False),
        ({"type": "string", "minLength": 2}, {"type": "string", "minLength": 1}, True),
        ({"type": "string", "minLength": 1}, {"type": "string", "minLength": 2}, False),
        ({"type": "string", "minLength": 2}, {"type": "string", "minLength": 2}, True),
        ({"type": "string"}, {"type": "string", "minLength": 1}, False),
        ({"type": "string", "maxLength": 2}, {"type": "string", "maxLength": 3}, True),
        ({"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 2}, False),
        ({"type": "number", "minimum": 1}, {"type": "number", "minimum": 0}, True),
        ({"type": "number", "exclusiveMaximum": 1}, {"type": "number", "exclusiveMaximum": 2}, True),
        ({"type": "number", "exclusiveMaximum": 2}, {"type": "number", "exclusiveMaximum": 1}, False),
        ({"type": "integer"}, {"minLength": 3}, True),
        ({"type": ["integer", "string"]}, {"minLength": 3}, False),
        ({"type": "string", "pattern": "a"}, {"type": "string", "pattern": "a"}, True),
        ({"type": "string", "pattern": "a"}, {"type": "string", "pattern": "b"}, False),
        ({"type": "string"}, {"type": "string", "pattern": "a"}, False),
        ({"type": "string", "title": "t"}, {"type": "string", "description": "d"}, True),
        ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {}}, True),
        ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "integer"}}, False),
        ({"type": "array"}, {"type": "array", "items": {"type": "string"}}, False),
        ({"type": "array", "minItems": 1}, {"type": "array", "minItems": 1, "uniqueItems": True}, False),
        ({"type": "object", "required": ["a", "b"]}, {"type": "object", "required": ["a"]}, True),
        ({"type": "object", "required": ["a"]}, {"type": "object", "required": ["a", "b"]}, False),
        ({"type": "object"}, {"type": "object", "required": ["a"]}, False),
        (
            {"type": "object", "properties": {"a": {"type": "string"}}},
            {"type": "object", "properties": {"a": {}}},
            True,
        ),
        (
            {"type": "object", "properties": {"a": {"type": "string"}}},
            {"type": "object", "properties": {"a": {"type": "integer"}}},
            False,
        ),
        ({"type": "object"}, {"type": "object", "properties": {"a": {"type": "string"}}}, False),
        (
            {"type": "object", "additionalProperties": {"type": "string"}},
            {"type": "object", "properties": {"a": {"type": "string"}}},
            True,
        ),
        (
            {"type": "object", "additionalProperties": False},
            {"type": "object", "properties": {"a": {"type": "string"}}},
            True,
        ),
        ({"type": "object"}, {"type": "object", "additionalProperties": False}, False),
        (
            {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
            {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
            True,
        ),
        (
            {"type": "object", "properties": {"b": {"type": "string"}}, "additionalProperties": False},
            {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
            False,
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
                "additionalProperties": False,
            },
            {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "number"}},
            True,
        ),
        (
            {"type": "object", "patternProperties": {"x": {"type": "string"}}, "additionalProperties": False},
            {"type": "object", "additionalProperties": {"type": "string"}},
            False,
        ),
        (
            {"type": "object", "additionalProperties": {"type": "integer"}},
            {"type": "object", "additionalProperties": {"type": "number"}},
            True,
        ),
        ({"enum": [1]}, {"enum": [True]}, False),
        ({"const": 1}, {"const": 1.0}, True),
        ([], {"type": "string"}, False),
        ({"type": "string"}, [], False),
    ],
)
def test_whether_one_schema_fits_into_another(inner: Json, outer: Json, expected: bool) -> None:
    assert fits_into(inner, outer) is expected


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (3, 3),
        ([{"title": "a", "type": "string"}], [{"type": "string"}]),
        ({"title": "t", "type": "string", "examples": [1]}, {"type": "string"}),
        ({"properties": {"title": {"type": "string", "title": "x"}}}, {"properties": {"title": {"type": "string"}}}),
        ({"enum": [{"title": "x"}]}, {"enum": [{"title": "x"}]}),
        ({"const": {"title": "x"}}, {"const": {"title": "x"}}),
        ({"properties": 3}, {"properties": 3}),
        ({"items": {"$comment": "c", "minLength": 1}}, {"items": {"minLength": 1}}),
        ({"$defs": {"default": {"default": 1}}}, {"$defs": {"default": {}}}),
        (
            {"patternProperties": {"a": {"deprecated": True}}, "dependentSchemas": {"$id": {"$id": "x"}}},
            {"patternProperties": {"a": {}}, "dependentSchemas": {"$id": {}}},
        ),
        ({"anyOf": [{"title": "x"}, {"$schema": "y"}]}, {"anyOf": [{}, {}]}),
        ({"description": "d", "default": 1, "$schema": "s", "$id": "i", "deprecated": True, "$comment": "c"}, {}),
    ],
)
def test_annotations_are_taken_out(schema: Json, expected: Json) -> None:
    assert without_annotations(schema) == expected


_VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 2.0, "", "a", "ab", [], [1], ["a"], {}, {"a": 1}, {"b": "x"}])
)
_TYPES = st.sampled_from(["string", "number", "integer", "boolean", "object", "array", "null"])
_LEAVES = st.fixed_dictionaries(
    {},
    optional={
        "type": _TYPES | st.lists(_TYPES, min_size=1, max_size=3, unique=True),
        "enum": st.lists(_VALUES, min_size=1, max_size=3),
        "const": _VALUES,
        "minimum": st.integers(-2, 2),
        "maximum": st.integers(-2, 2),
        "minLength": st.integers(0, 2),
        "maxItems": st.integers(0, 2),
        "required": st.lists(st.sampled_from("ab"), max_size=2, unique=True),
        "title": st.just("t"),
    },
)
_SCHEMAS = st.recursive(
    _LEAVES,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": _TYPES,
            "items": inner,
            "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
            "additionalProperties": inner | st.booleans(),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
        },
    ),
    max_leaves=4,
)


@given(_SCHEMAS, _SCHEMAS, st.lists(_VALUES, min_size=1, max_size=6))
def test_what_fits_into_another_schema_never_refuses_what_it_takes(
    inner: dict[str, Json], outer: dict[str, Json], values: list[Json]
) -> None:
    if fits_into(inner, outer):
        for value in values:
            assert find_value_problem(inner, value) is not None or find_value_problem(outer, value) is None


@given(_SCHEMAS)
def test_every_schema_fits_into_itself(schema: dict[str, Json]) -> None:
    assert fits_into(schema, schema)
    assert fits_into(schema, {**schema, "title": "other"})


ANNOTATIONS = ("title", "description", "examples", "default", "deprecated", "$comment", "$schema", "$id")


@pytest.mark.parametrize("name", ANNOTATIONS)
def test_every_annotation_is_taken_out(name: str) -> None:
    assert without_annotations({name: "x", "type": "string"}) == {"type": "string"}
    for holder in ("properties", "patternProperties", "$defs", "dependentSchemas"):
        assert without_annotations({holder: {name: {name: 1, "minimum": 1}}}) == {holder: {name: {"minimum": 1}}}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("minimum", "number"), ("exclusiveMinimum", "number"), ("minLength", "string"), ("minItems", "array"), ("minProperties", "object"),
    ],
)  # fmt: skip
def test_a_higher_lower_bound_fits_into_a_lower_one(name: str, kind: str) -> None:
    assert fits_into({"type": kind, name: 2}, {"type": kind, name: 1})
    assert fits_into({"type": kind, name: 2}, {"type": kind, name: 2})
    assert not fits_into({"type": kind, name: 1}, {"type": kind, name: 2})
    assert not fits_into({"type": kind}, {"type": kind, name: 2})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("maximum", "number"), ("exclusiveMaximum", "number"), ("maxLength", "string"), ("maxItems", "array"), ("maxProperties", "object"),
    ],
)  # fmt: skip
def test_a_lower_upper_bound_fits_into_a_higher_one(name: str, kind: str) -> None:
    assert fits_into({"type": kind, name: 1}, {"type": kind, name: 2})
    assert fits_into({"type": kind, name: 2}, {"type": kind, name: 2})
    assert not fits_into({"type": kind, name: 2}, {"type": kind, name: 1})
    assert not fits_into({"type": kind}, {"type": kind, name: 2})


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("minLength", 1, "string"), ("maxLength", 1, "string"), ("pattern", "a", "string"), ("format", "a", "string"), ("minItems", 1, "array"),
        ("maxItems", 1, "array"), ("items", {"type": "null"}, "array"), ("uniqueItems", True, "array"), ("properties", {"a": {"type": "null"}}, "object"),
        ("required", ["a"], "object"), ("additionalProperties", False, "object"), ("minProperties", 1, "object"), ("maxProperties", 1, "object"),
    ],
)  # fmt: skip
def test_a_keyword_of_another_type_does_not_matter(name: str, value: Json, kind: str) -> None:
    assert fits_into({"type": "boolean"}, {name: value})
    assert not fits_into({"type": kind}, {name: value})
    assert not fits_into({}, {name: value})
    assert fits_into({"type": kind, name: value}, {name: value})


def test_branches_with_other_keywords_beside_them_are_not_taken_apart() -> None:
    text: Json = {"type": "string"}
    assert not fits_into({"anyOf": [text], "minLength": 1}, text)
    assert not fits_into(text, {"anyOf": [text], "minLength": 1})
    assert fits_into({"anyOf": [text, text]}, {"anyOf": [{"type": "null"}, text]})


def test_keywords_that_are_not_known_must_be_equal() -> None:
    assert fits_into({"not": {"type": "null"}}, {"not": {"type": "null"}})
    assert not fits_into({}, {"not": {"type": "null"}})
    assert not fits_into({"multipleOf": 4}, {"multipleOf": 2})
