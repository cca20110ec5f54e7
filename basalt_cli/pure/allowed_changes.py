"""Find out of commit messages which breaking changes are meant: the trailer ``Basalt-Allow-Breaking: SLUG REASON``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

TRAILER = "Basalt-Allow-Breaking"
# Git takes the names of trailers in any case. The reason must be one, and not the word of our own hint.
_ALLOWED = re.compile(rf"^{TRAILER}:[ \t]*(\S+)[ \t]+(?!REASON$)(\S.*)$", re.MULTILINE | re.IGNORECASE)
_TRAILER_LINE = re.compile(r"[A-Za-z0-9-]+[ \t]*:[ \t]|[ \t]+\S|-+$")


def find_allowed(messages: Iterable[str]) -> dict[str, str]:
    """Return the reasons by prompt; of several the one of the last message that has one."""
    found: dict[str, str] = {}
    for message in messages:
        for paragraph in _list_trailers(message):
            found |= {slug: reason.strip() for slug, reason in _ALLOWED.findall(paragraph)}
    return found


def _list_trailers(message: str) -> Iterator[str]:
    """Yield the paragraphs where trailers stand, last first: the last one, as git has it.

    Hosts put names of authors behind those of the message, in a paragraph of their own: above such ones, further
    paragraphs that are nothing but trailers count too. What stands elsewhere only speaks of them.
    """
    paragraphs = re.split(r"\n[ \t]*\n+", message.replace("\r\n", "\n").strip())
    last = paragraphs.pop()
    yield last
    while _is_block(last) and paragraphs and _is_block(paragraphs[-1]):
        last = paragraphs.pop()
        yield last


def _is_block(paragraph: str) -> bool:
    return all(_TRAILER_LINE.match(line) for line in paragraph.split("\n"))
