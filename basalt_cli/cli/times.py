"""Read and format times."""

from __future__ import annotations

import re
import time

from basalt_cli.errors import UsageError

_UNITS = (
    ("year", 31_556_952),
    ("month", 2_629_746),
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
)
_AGO = re.compile(r"(\d{1,9}) (second|minute|hour|day|week|month|year)s? ago\Z")


def format_iso(seconds: int) -> str:
    """Return seconds since 1970 as ISO 8601 in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def format_age(seconds: int, now: float | None = None) -> str:
    """Return how long ago a time was, in the largest unit that fits: ``3 days ago``."""
    age = int((time.time() if now is None else now) - seconds)
    for unit, length in _UNITS:
        if age >= length:
            count = age // length
            return f"{count} {unit}{'s' * (count > 1)} ago"
    return "just now"


def parse_time(text: str, now: float | None = None) -> int:
    """Return a time as seconds since 1970: ISO 8601, ``2 days ago``, ``yesterday`` or ``now``.

    A time without a zone is local. Raises UsageError for any other text, which git would read as the present.
    """
    present = time.time() if now is None else now
    words = text.strip().lower()
    if words in ("now", "yesterday"):
        return int(present) - (86_400 if words == "yesterday" else 0)
    match = _AGO.match(words)
    if match is not None:
        length = {**dict(_UNITS), "second": 1}[match.group(2)]
        return int(present) - int(match.group(1)) * length
    from datetime import datetime

    try:
        return int(datetime.fromisoformat(text.strip()).timestamp())
    except (ValueError, OverflowError, OSError):
        hint = "Write 2026-11-24, 2026-11-24T12:30:00Z, or '2 days ago'."
        raise UsageError(f"{text!r} is not a time", hint=hint) from None
