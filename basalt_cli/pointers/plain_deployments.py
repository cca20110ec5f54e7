"""Read deployments.yaml quickly where it has the layout that basalt writes; the YAML reader reads every other one."""

from __future__ import annotations

import re

from basalt_cli.model.pointer import DIGEST_PATTERN, NUMBER_LIKE_PATTERN, VERSION_PATTERN, Pointer, Pointers
from basalt_cli.text.slug import describe_slug_problem

_COMMENT = r"#[\t\x20-\x7e]*"
_HEAD = re.compile(rf"(?:{_COMMENT}\n)*format: 1\nenvironments:\n")
# An environment, a slug with its two values, or a comment. A version without quotes must not be a number of YAML:
# all digits, or digits around one "e". A name is short enough to be a key of YAML on one line.
_ENTRY = re.compile(
    r"  (?P<environment>[a-z][a-z0-9_-]{0,99}):\n"
    r"|    (?P<slug>[a-z][a-z0-9_/-]{0,199}):\n"
    rf"      version: (?P<quote>\"|(?!{NUMBER_LIKE_PATTERN}\n))(?P<version>{VERSION_PATTERN})(?P=quote)\n"
    rf"      digest: (?P<digest>{DIGEST_PATTERN})\n"
    rf"|(?:\x20*{_COMMENT})?\n"
)
# Plain words that a YAML reader does not take for text.
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
# The strict reader bounds the number of nodes; pointers reach the bound on the file's size first, names alone do not.
_MOST_ENVIRONMENTS = 1000


def has_pointers(data: bytes) -> bool:
    """Return quickly whether a file can have pointers; keys can also be written with escapes."""
    return b"version" in data or b"\\" in data


def parse_plain(text: str) -> Pointers | None:
    """Return exactly the pointers that the strict reader returns, or None where only that reader can tell."""
    head = _HEAD.match(text)
    if head is None:
        return None
    pointers: Pointers = {}
    running: dict[str, Pointer] | None = None
    index = head.end()
    while index < len(text):
        match = _ENTRY.match(text, index)
        if match is None:
            return None
        index = match.end()
        environment, slug, _, version, digest = match.groups()
        if environment is not None:
            if environment in pointers or environment in _WORDS:
                return None
            running = pointers[environment] = {}
        elif slug is not None:
            if running is None or slug in running or slug in _WORDS or describe_slug_problem(slug) is not None:
                return None
            running[slug] = Pointer(version, digest)
    return pointers if len(pointers) <= _MOST_ENVIRONMENTS else None
