"""The part of a template that is plain text: what is sent as it is written."""

from __future__ import annotations

import re

_NOT_TEXT = re.compile(
    r"\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"
    r"|^[ \t]*(```+|~~~+).*?^[ \t]*\1|`[^`\n]*`",
    re.DOTALL | re.MULTILINE,
)
_CHARACTER = re.compile(r"[^\n]")


def mask_tags(text: str) -> str:
    """Return the text with blanks for Jinja2's tags, for comments, and for code in fences or backticks.

    Every character keeps its place.
    """
    return _NOT_TEXT.sub(lambda match: _CHARACTER.sub(" ", match.group()), text)
