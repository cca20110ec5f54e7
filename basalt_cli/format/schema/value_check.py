"""Check values against the JSON Schemas of variables.

The common keywords are checked here, in microseconds. jsonschema is imported only for schemas with other keywords, and
to describe why a value is invalid.
"""

from __future__ import annotations

from typing import Any

from basalt_cli.model.json_value import Json, type_name

_SIMPLE_KEYWORDS = frozenset(
    (
        "type", "enum", "const", "properties", "required", "items", "minimum", "maximum", "minLength", "maxLength",
        "minItems", "maxItems", "title", "description", "examples", "default", "$schema",
    )
)  # fmt: skip
_TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")
_LONGEST_MESSAGE = 200
_DEEPEST = 32


def find_value_problem(schema: dict[str, Json], value: Json) -> str | None:
    """Describe why ``schema`` rejects ``value``, as a clause that follows the value's name; None where it is valid.

    The clause starts with a blank, or with the path to the invalid part: `` must be ...`` or ``.id must be ...``.
    A check with ``pattern`` or ``$ref`` has no bound in time: see ``is_simple``.
    """
    if is_simple(schema) and _fits(schema, value):
        return None
    return _explain(schema, value)


def find_schema_problem(schema: Json) -> str | None:
    """Describe why ``schema`` is not a valid JSON Schema; None where it is."""
    if _is_plainly_good(schema):
        return None
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(schema)  # type: ignore[arg-type]
    except SchemaError as invalid:
        return _shorten(invalid.message)
    except RecursionError:
        return "it is nested too deeply"
    return None


def _is_plainly_good(schema: Json, depth: int = 0) -> bool:
    """Return whether a schema has common keywords only, all of them well-formed; jsonschema decides the rest."""
    if isinstance(schema, bool):
        return True
    if not isinstance(schema, dict) or depth > _DEEPEST or not all(_is_good_keyword(*item) for item in schema.items()):
        return False
    properties = schema.get("properties")
    children = [*(properties.values() if isinstance(properties, dict) else ())]
    children += [schema[key] for key in ("items", "additionalProperties") if key in schema]
    return all(_is_plainly_good(child, depth + 1) for child in children)


def _is_good_keyword(name: str, value: Json) -> bool:  # noqa: PLR0911 - a table of keywords
    if name == "type":
        return value in _TYPES
    if name in ("enum", "examples"):
        return isinstance(value, list)
    if name == "required":
        return (
            isinstance(value, list) and all(isinstance(item, str) for item in value) and len(set(value)) == len(value)
        )
    if name in ("title", "description", "format"):
        return isinstance(value, str)
    if name in ("minLength", "maxLength", "minItems", "maxItems"):
        return type(value) is int and value >= 0
    if name in ("minimum", "maximum"):
        return type(value) in (int, float)
    if name == "properties":
        return isinstance(value, dict)
    return name in ("items", "additionalProperties", "const", "default")


def is_simple(schema: Json, depth: int = 0) -> bool:
    """Return whether the time of a check against ``schema`` is bounded by its size."""
    if isinstance(schema, bool):
        return True
    if not isinstance(schema, dict) or not _SIMPLE_KEYWORDS.issuperset(schema) or depth > _DEEPEST:
        return False
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        return False
    children = [*properties.values(), *([schema["items"]] if "items" in schema else [])]
    return all(is_simple(child, depth + 1) for child in children)


def _fits(schema: Any, value: Any) -> bool:
    """Return whether a simple schema accepts a value; a malformed keyword rejects it."""
    if isinstance(schema, bool):
        return schema
    try:
        return _fits_scalar(schema, value) and _fits_children(schema, value)
    except TypeError:
        return False


def _fits_scalar(schema: dict[str, Any], value: Any) -> bool:
    if "type" in schema and not _has_type(schema["type"], value):
        return False
    if "enum" in schema and not any(_equal(value, choice) for choice in schema["enum"]):
        return False
    if "const" in schema and not _equal(value, schema["const"]):
        return False
    if isinstance(value, int | float) and not isinstance(value, bool):
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    if isinstance(value, str):
        return bool(schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)))
    return True


def _fits_children(schema: dict[str, Any], value: Any) -> bool:
    if isinstance(value, list):
        is_sized = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        return is_sized and ("items" not in schema or all(_fits(schema["items"], item) for item in value))
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        return all(name in value for name in schema.get("required", ())) and all(
            _fits(properties[name], item) for name, item in value.items() if name in properties
        )
    return True


def _has_type(expected: Any, value: Any) -> bool:
    if isinstance(expected, list):
        return any(_has_type(name, value) for name in expected)
    if isinstance(value, bool):
        return bool(expected == "boolean")
    kinds: dict[str, Any] = {
        "string": str, "integer": int, "number": (int, float), "object": dict, "array": list, "null": type(None)
    }  # fmt: skip
    is_whole_float = expected == "integer" and isinstance(value, float) and value.is_integer()
    return expected in kinds and (isinstance(value, kinds[expected]) or is_whole_float)


def _equal(left: Any, right: Any) -> bool:
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _explain(schema: dict[str, Json], value: Json) -> str | None:
    from jsonschema import Draft202012Validator, SchemaError
    from jsonschema.exceptions import best_match
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        Draft202012Validator.check_schema(schema)
        # An empty registry retrieves nothing: a $ref to a file or a host is refused.
        registry: Registry[Any] = Registry()
        error = best_match(Draft202012Validator(schema, registry=registry).iter_errors(value))
    except SchemaError as invalid:
        return f" cannot be checked: its schema is not valid JSON Schema: {_shorten(invalid.message)}"
    except Unresolvable as missing:
        return f" cannot be checked: its schema refers to {missing.ref!r}, which is not inside it"
    except RecursionError:
        return " cannot be checked: its schema refers to itself without end"
    if error is None:
        return None
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    return f"{where} {_describe(error)}"


def _describe(error: Any) -> str:
    if error.validator == "type":
        wanted = error.validator_value
        names = " or ".join(wanted) if isinstance(wanted, list) else wanted
        article = "an" if names[:1] in "aeiou" else "a"
        found = "" if error.instance is None else f" ({_shorten(repr(error.instance))})"
        return f"must be {article} {names}, not {type_name(error.instance)}{found}"
    if error.validator == "enum":
        choices = ", ".join(str(choice) for choice in error.validator_value)
        return f"must be one of {choices}, not {_shorten(repr(error.instance))}"
    return f"is invalid: {_shorten(error.message)}"


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE // 2] + " ... " + text[-40:]
