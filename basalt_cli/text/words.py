"""Parts of messages: suggestions, lists, plurals."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

# A comparison takes microseconds for each candidate and each character, so both are bounded.
_MOST_CANDIDATES = 100
_LONGEST_NAME = 80


def closest(name: str, candidates: Iterable[str], likeness: float = 0.6) -> str | None:
    """Return the candidate that is most similar to ``name``; None below a similarity of ``likeness`` (0 to 1)."""
    known = list(islice(candidates, _MOST_CANDIDATES))
    if len(name) > _LONGEST_NAME:
        return None
    import difflib

    matches = difflib.get_close_matches(name, known, n=1, cutoff=likeness)
    return matches[0] if matches else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """Return ``Did you mean 'x'? `` with the closest candidate; empty where none is close."""
    match = closest(name, candidates)
    return f"Did you mean {match!r}? " if match else ""


def list_names(names: Iterable[str], most: int = 12) -> str:
    """Join names for a message, as ``a, b and 3 more``; ``none`` where there are no names."""
    found = list(names)
    if not found:
        return "none"
    shown = ", ".join(found[:most])
    return shown if len(found) <= most else f"{shown} and {len(found) - most} more"


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 file``, ``2 files``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def squeeze_blanks(text: str) -> str:
    """Return a text on one line, with single blanks between its words."""
    return " ".join(text.split())
