"""Values that JSON can hold."""

from __future__ import annotations

from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def type_name(value: Json) -> str:
    """Return the JSON type of a value with its article, for messages: ``an integer``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int):
        return "an integer"
    if isinstance(value, float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) else "a mapping"


def is_same(left: Json, right: Json) -> bool:
    """Return whether two values are equal in a template: ``1``, ``1.0`` and ``true`` are three values."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(is_same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(is_same(one, other) for one, other in zip(left, right, strict=True))
    return type(left) is type(right) and left == right
