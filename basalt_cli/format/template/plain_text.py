"""The parts of a template that are plain text, which are sent as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENING = re.compile(
    r"(?P<raw>\{%[-+]?\s*raw\s*[-+]?%\})|(?P<show>\{\{)|(?P<tag>\{%)|(?P<comment>\{#)"
    r"|^[ \t]*(?P<fence>```+|~~~+)|(?P<tick>`)",
    re.MULTILINE,
)
_END_OF_RAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_CLOSINGS = {"show": "}}", "tag": "%}", "comment": "#}"}
_CHARACTER = re.compile(r"[^\n]")


def mask_tags(text: str) -> str:
    """Return the text with Jinja2's tags, comments, and code in fences or backticks replaced by blanks.

    Every other character keeps its position.
    """
    pieces, last = [], 0
    for start, end in _find_masked(text):
        pieces += [text[last:start], _CHARACTER.sub(" ", text[start:end])]
        last = end
    return "".join([*pieces, text[last:]])


def _find_masked(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges to mask, in order; an opening without an end, and all later ones of its kind, are text."""
    position = 0
    endless: set[str] = set()
    while (match := _OPENING.search(text, position)) is not None:
        kind = str(match.lastgroup)
        key = match.group(kind) if kind == "fence" else kind
        end = _find_end(text, kind, match) if key not in endless else -1
        if end < 0:
            if kind != "tick":
                endless.add(key)
            position = match.end()
            continue
        yield match.start(), end
        position = end


def _find_end(text: str, kind: str, match: re.Match[str]) -> int:
    """Return the index after the end of what a match opens; -1 where it has no end."""
    if kind == "raw":
        ending = _END_OF_RAW.search(text, match.end())
        return ending.end() if ending is not None else -1
    if kind == "fence":
        ending = re.compile(rf"^[ \t]*{match.group('fence')}", re.MULTILINE).search(text, match.end())
        return ending.end() if ending is not None else -1
    if kind == "tick":
        line_end = text.find("\n", match.end())
        found = text.find("`", match.end(), line_end if line_end >= 0 else len(text))
        return found + 1 if found >= 0 else -1
    found = text.find(_CLOSINGS[kind], match.end())
    return found + len(_CLOSINGS[kind]) if found >= 0 else -1
