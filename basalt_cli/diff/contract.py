"""The parts of a text that a program may look for in the model's answer: a change of one can break a parser."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)([A-Za-z][\w+-]*)", re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z][\w:.-]*>")
_KEY = re.compile(r'"([A-Za-z_][\w-]*)"\s*:')
_SENTINEL = re.compile(r"^[ \t]*((?:[#*=_-]{2,} ?)?[A-Z][A-Z0-9_ -]{2,}:?(?: ?[#*=_-]{2,})?)[ \t]*$", re.MULTILINE)
_QUOTED_WORD = re.compile(r"[\"'`]([A-Z][A-Z0-9_]{2,})[\"'`]")


def find_tokens(texts: Iterable[str]) -> Counter[str]:
    """Count the fences, tags, JSON keys, sentinel lines and quoted words in capitals that some texts hold."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update(f"```{name}" for name in _FENCE.findall(text))
        found.update(_TAG.findall(text))
        found.update(f'"{name}":' for name in _KEY.findall(text))
        found.update(line.strip() for line in _SENTINEL.findall(text))
        found.update(_QUOTED_WORD.findall(text))
    return found
