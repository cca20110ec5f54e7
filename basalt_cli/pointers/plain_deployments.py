"""Read deployments.yaml quickly where it is laid out as basalt writes it; all else is for the YAML reader."""

from __future__ import annotations

import re

from basalt_cli.model.pointer import Pointer, Pointers
from basalt_cli.text.slug import describe_slug_problem

_HEAD = re.compile(r"(?:#[^\n]*\n)*format: 1\nenvironments:\n")
# An environment's name, or a slug with its two values; names that some YAML reader takes for more than text are quoted.
_ENTRY = re.compile(
    r"  ([a-z][a-z0-9_-]*):\n"
    r"|    ([a-z][a-z0-9_/-]*):\n      version: \"?([0-9a-f]{40})\"?\n      digest: (sha256:[0-9a-f]{64})\n"
    r"|(?: *#[^\n]*)?\n"
)
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))


def has_pointers(data: bytes) -> bool:
    """Say quickly whether a file may have pointers at all."""
    return b"version" in data


def parse_plain(text: str) -> Pointers | None:
    """Return the pointers; None where the layout is another, or anything is odd."""
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
        environment, slug, version, digest = match.groups()
        if environment is not None:
            if environment in pointers or environment in _WORDS:
                return None
            running = pointers[environment] = {}
        elif slug is not None:
            if running is None or slug in running or slug in _WORDS or describe_slug_problem(slug) is not None:
                return None
            running[slug] = Pointer(version, digest)
    return pointers
