"""Find the breaking changes that commit messages allow by the trailer ``Basalt-Allow-Breaking: SLUG REASON``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

TRAILER = "Basalt-Allow-Breaking"
# Git compares the names of trailers without case. REASON alone is the placeholder of basalt's own hint, not a reason.
_ALLOWED = re.compile(rf"^{TRAILER}[ \t]*:[ \t]*(\S+)[ \t]+(?!REASON\.?$)(.*\w.*)$", re.MULTILINE | re.IGNORECASE)
_TRAILER_LINE = re.compile(r"[A-Za-z0-9-]+[ \t]*:[ \t]*\S|-+$")
_FOLD = re.compile(r"\n[ \t]+(?=\S)")


def find_allowed(messages: Iterable[str]) -> dict[str, str]:
    """Return the reasons by slug; the last message with a reason wins."""
    found: dict[str, str] = {}
    for message in messages:
        for block in _list_blocks(message):
            found |= {slug: reason.strip() for slug, reason in _ALLOWED.findall(block)}
    return found


def _list_blocks(message: str) -> Iterator[str]:
    """Yield the last paragraphs of a message that hold trailers only, last first; the title is not one of them.

    There can be several, because hosts append co-authors as a paragraph of their own. A line of another paragraph
    is prose, even if it looks like a trailer.
    """
    _, *paragraphs = re.split(r"\n[ \t]*\n+", message.replace("\r\n", "\n").strip())
    for paragraph in reversed(paragraphs):
        block = _FOLD.sub(" ", paragraph)
        if not all(_TRAILER_LINE.match(line) for line in block.split("\n")):
            return
        yield block
