"""Find out of commit messages which breaking changes are meant: the trailer ``Basalt-Allow-Breaking: SLUG REASON``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

TRAILER = "Basalt-Allow-Breaking"
# Git takes the names of trailers in any case. The reason must have words, and not those of our own hint.
_ALLOWED = re.compile(rf"^{TRAILER}[ \t]*:[ \t]*(\S+)[ \t]+(?!REASON\.?$)(.*\w.*)$", re.MULTILINE | re.IGNORECASE)
_TRAILER_LINE = re.compile(r"[A-Za-z0-9-]+[ \t]*:[ \t]*\S|-+$")
_FOLD = re.compile(r"\n[ \t]+(?=\S)")


def find_allowed(messages: Iterable[str]) -> dict[str, str]:
    """Return the reasons by prompt; of several the one of the last message that has one."""
    found: dict[str, str] = {}
    for message in messages:
        for block in _list_blocks(message):
            found |= {slug: reason.strip() for slug, reason in _ALLOWED.findall(block)}
    return found


def _list_blocks(message: str) -> Iterator[str]:
    """Yield the paragraphs at the end of a message that are nothing but trailers, last first; the title is none.

    Hosts put names of authors behind those of the message, in a paragraph of their own, so there may be several. What
    stands elsewhere only speaks of trailers.
    """
    _, *paragraphs = re.split(r"\n[ \t]*\n+", message.replace("\r\n", "\n").strip())
    for paragraph in reversed(paragraphs):
        block = _FOLD.sub(" ", paragraph)
        if not all(_TRAILER_LINE.match(line) for line in block.split("\n")):
            return
        yield block
