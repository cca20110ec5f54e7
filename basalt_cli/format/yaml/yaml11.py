"""How YAML 1.1 reads a plain value, by PyYAML's table of implicit types."""

from __future__ import annotations

from functools import lru_cache

import yaml

_PREFIX = "tag:yaml.org,2002:"
_NAMES = {
    "bool": "a boolean",
    "timestamp": "a date",
    "null": "null",
    "merge": "a merge key",
    "value": "a default value",
}
_TEXT = "str"
_LONGEST_VALUE = 40


def find_other_reading(text: str, value: bool | float | str | None) -> str | None:
    """Describe the value that YAML 1.1 reads, where it is not the ``value`` of YAML 1.2; None where both agree."""
    if text[:1] not in yaml.SafeLoader.yaml_implicit_resolvers and isinstance(value, str):
        return None
    if len(text) > _LONGEST_VALUE:
        return None
    return _find_other_reading(text, value)


@lru_cache(maxsize=1024, typed=True)
def _find_other_reading(text: str, value: bool | float | str | None) -> str | None:
    tag = _resolve(text)
    if value is None or isinstance(value, bool):
        return None if tag in ("null", "bool") else "text"
    if isinstance(value, str):
        if tag == _TEXT:
            return None
        return _NAMES[tag] if tag in _NAMES else f"the number {_number(text, tag)}"
    if tag == _TEXT:
        return "text"
    number = _number(text, tag)
    return None if number == value else str(number)


def _resolve(text: str) -> str:
    table = yaml.SafeLoader.yaml_implicit_resolvers
    for tag, pattern in [*table.get(text[:1], ()), *table.get(None, ())]:
        if pattern.match(text):
            return str(tag).removeprefix(_PREFIX)
    return _TEXT


def _number(text: str, tag: str) -> int | float:
    """Return a number by YAML 1.1: octal after 0, binary after 0b, base 60 between colons."""
    digits = text.replace("_", "").lower()
    sign, digits = (-1, digits[1:]) if digits.startswith("-") else (1, digits.lstrip("+"))
    if ":" in digits:
        total = 0.0
        for part in digits.split(":"):
            total = total * 60 + float(part)
        return sign * (int(total) if tag == "int" else total)
    if tag == "float":
        return sign * float(digits.replace(".inf", "inf").replace(".nan", "nan"))
    base = {"0b": 2, "0x": 16}.get(digits[:2], 8 if digits.startswith("0") else 10)
    return sign * int(digits, base)
