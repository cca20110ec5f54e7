"""Names of pointer tags, in the grammar of GTO: ``SLUG#ENV#N`` sets a pointer, ``SLUG#ENV!#N`` removes it."""

from __future__ import annotations

import re
from typing import NamedTuple

_TAG = re.compile(
    r"(?P<slug>[^#@!]+)#(?P<environment>[a-zA-Z0-9](?:[a-zA-Z0-9_/-]*[a-zA-Z0-9])?)(?P<gone>!?)#(?P<number>[1-9][0-9]{0,8})\Z"
)


HIGHEST_NUMBER = 999_999_999


class PointerTag(NamedTuple):
    """The parts of a pointer tag's name; the tag with the highest number is the current one."""

    slug: str
    environment: str
    number: int
    is_removal: bool = False

    @property
    def guard(self) -> str:
        """Return the ref that only one move can create for this number, whether it sets or removes the pointer."""
        return f"refs/basalt/moves/{self.slug}#{self.environment}#{self.number}"

    def __str__(self) -> str:
        return f"{self.slug}#{self.environment}{'!' if self.is_removal else ''}#{self.number}"


def parse_pointer_tag(name: str) -> PointerTag | None:
    """Parse the name of a tag; None where it is not a pointer tag."""
    match = _TAG.match(name)
    if match is None:
        return None
    return PointerTag(match["slug"], match["environment"], int(match["number"]), bool(match["gone"]))
