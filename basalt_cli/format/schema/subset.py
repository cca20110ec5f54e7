"""Tell whether every value that one JSON Schema accepts is accepted by another.

The check is structural, for the common keywords of JSON Schema 2020-12. The answer for other keywords is no, so that a
doubtful change counts as breaking.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from basalt_cli.format.schema.value_check import find_value_problem, is_simple
from basalt_cli.model.json_value import Json, is_same

_ALL_TYPES = frozenset(("string", "number", "integer", "boolean", "object", "array", "null"))
_ANNOTATIONS = frozenset(("title", "description", "examples", "default", "deprecated", "$comment", "$schema", "$id"))
_NAMED_SCHEMAS = ("properties", "patternProperties", "$defs", "dependentSchemas")
_LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_TYPES_OF = {
    "minLength": "string", "maxLength": "string", "pattern": "string", "format": "string", "minItems": "array",
    "maxItems": "array", "items": "array", "uniqueItems": "array", "properties": "object", "required": "object",
    "additionalProperties": "object", "minProperties": "object", "maxProperties": "object",
}  # fmt: skip


def without_annotations(schema: Json) -> Json:
    """Return a schema without annotations such as ``title``; properties with such names are kept."""
    if isinstance(schema, list):
        return [without_annotations(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _named(value)
        if key in _NAMED_SCHEMAS
        else value
        if key in ("enum", "const")
        else without_annotations(value)
        for key, value in schema.items()
        if key not in _ANNOTATIONS
    }


def _named(value: Json) -> Json:
    return {name: without_annotations(item) for name, item in value.items()} if isinstance(value, dict) else value


def fits_into(inner: Json, outer: Json) -> bool:
    """Return whether ``outer`` certainly accepts every value that ``inner`` accepts."""
    return _fits(without_annotations(inner), without_annotations(outer))


def _fits(inner: Any, outer: Any) -> bool:
    if outer is True or outer == {} or inner is False or is_same(inner, outer):
        return True
    inner = {} if inner is True else inner
    return isinstance(inner, dict) and isinstance(outer, dict) and _fits_mapping(inner, outer)


def _fits_mapping(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    if "enum" in inner or "const" in inner:
        values = inner["enum"] if "enum" in inner else [inner["const"]]
        return isinstance(values, list) and is_simple(outer) and all(_is_valid(outer, value) for value in values)
    if "anyOf" in inner and set(inner) == {"anyOf"}:
        return all(_fits(branch, outer) for branch in inner["anyOf"])
    if "anyOf" in outer and set(outer) == {"anyOf"}:
        return any(_fits(inner, branch) for branch in outer["anyOf"])
    if not _types(inner) <= _widened(_types(outer)):
        return False
    return all(_keyword_holds(name, inner, outer) for name in outer if name != "type")


def _is_valid(schema: dict[str, Json], value: Json) -> bool:
    return find_value_problem(schema, value) is None


def _types(schema: dict[str, Any]) -> frozenset[str]:
    declared = schema.get("type")
    if declared is None:
        return _ALL_TYPES
    return frozenset(declared if isinstance(declared, list) else [declared])


def _widened(types: frozenset[str]) -> frozenset[str]:
    return types | {"integer"} if "number" in types else types


def _keyword_holds(name: str, inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    """Return whether every value that ``inner`` accepts satisfies one keyword of ``outer``."""
    kind = _TYPES_OF.get(name)
    if kind is not None and kind not in _types(inner):
        return True
    check = _CHECKS.get(name)
    if check is not None:
        return check(inner, outer)
    if name in _LOWER_BOUNDS:
        return name in inner and inner[name] >= outer[name]
    if name in _UPPER_BOUNDS:
        return name in inner and inner[name] <= outer[name]
    return name in inner and is_same(inner[name], outer[name])


def _required_holds(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    return set(outer["required"]) <= set(inner.get("required", ()))


def _items_hold(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    return _fits(inner.get("items", True), outer["items"])


def _properties_hold(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    known, rest = inner.get("properties", {}), inner.get("additionalProperties", True)
    return all(_fits(known.get(name, rest), schema) for name, schema in outer["properties"].items())


def _additional_holds(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    others = [schema for name, schema in inner.get("properties", {}).items() if name not in outer.get("properties", {})]
    rest = inner.get("additionalProperties", True)
    return "patternProperties" not in inner and all(_fits(s, outer["additionalProperties"]) for s in (*others, rest))


_CHECKS: dict[str, Callable[[dict[str, Any], dict[str, Any]], bool]] = {
    "required": _required_holds,
    "items": _items_hold,
    "properties": _properties_hold,
    "additionalProperties": _additional_holds,
}
