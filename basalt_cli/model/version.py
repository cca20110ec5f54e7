"""Commits, and the versions of a prompt that they bring in."""

from __future__ import annotations

from typing import NamedTuple

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""What there is before the first commit; git has it everywhere, stored or not."""


class Commit(NamedTuple):
    """A commit; times are seconds since 1970, UTC."""

    id: str
    parents: tuple[str, ...]
    committed: int
    authored: int
    author: str
    subject: str


class Version(NamedTuple):
    """One entry of a prompt's history: the commit where a closure came in, and the closure's digest.

    At the boundary of a shallow clone the commit is only the last that can be seen: ``is_boundary`` says so.
    """

    slug: str
    commit: Commit
    digest: str
    is_boundary: bool = False

    @property
    def id(self) -> str | None:
        """Return the commit's 40 hex digits; None where history is cut off and nobody can know."""
        return None if self.is_boundary else self.commit.id


class Release(NamedTuple):
    """A tag ``SLUG@vX.Y.Z`` on a version; ``name`` is the ``vX.Y.Z``."""

    slug: str
    name: str
    commit: str
