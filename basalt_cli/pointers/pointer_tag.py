"""The names of tags that are pointers, in the grammar of GTO: ``SLUG#ENV#N``, and ``SLUG#ENV!#N`` to take one away."""

from __future__ import annotations

import re
from typing import NamedTuple

_TAG = re.compile(
    r"(?P<slug>[^#@!]+)#(?P<environment>[a-zA-Z0-9](?:[a-zA-Z0-9_/-]*[a-zA-Z0-9])?)(?P<gone>!?)#(?P<number>[1-9][0-9]{0,8})\Z"
)


HIGHEST_NUMBER = 999_999_999


class PointerTag(NamedTuple):
    """What the name of a pointer's tag says; of one pointer's tags the highest number holds."""

    slug: str
    environment: str
    number: int
    is_removal: bool = False

    @property
    def guard(self) -> str:
        """Return the full name of the ref that only one move of this number can make, whatever it does."""
        return f"refs/basalt/moves/{self.slug}#{self.environment}#{self.number}"

    def __str__(self) -> str:
        return f"{self.slug}#{self.environment}{'!' if self.is_removal else ''}#{self.number}"


def parse_pointer_tag(name: str) -> PointerTag | None:
    """Parse the name of a tag; None for one that is no pointer."""
    match = _TAG.match(name)
    if match is None:
        return None
    return PointerTag(match["slug"], match["environment"], int(match["number"]), bool(match["gone"]))
