"""Times as outputs show them."""

from __future__ import annotations

import time

_UNITS = (
    ("year", 31_556_952),
    ("month", 2_629_746),
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
)


def format_iso(seconds: int) -> str:
    """Return seconds since 1970 as ISO 8601 in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def format_age(seconds: int, now: float | None = None) -> str:
    """Return how long ago a time was, in its largest unit: ``3 days ago``."""
    age = int((time.time() if now is None else now) - seconds)
    for unit, length in _UNITS:
        if age >= length:
            count = age // length
            return f"{count} {unit}{'s' * (count > 1)} ago"
    return "just now"
