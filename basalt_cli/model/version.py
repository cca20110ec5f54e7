"""Commits, and versions and releases of a prompt."""

from __future__ import annotations

from typing import NamedTuple

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The tree before the first commit; every git repository has it."""


class Commit(NamedTuple):
    """A commit; times are seconds since 1970, UTC."""

    id: str
    parents: tuple[str, ...]
    committed: int
    authored: int
    author: str
    subject: str


class Version(NamedTuple):
    """One entry of a version history: the commit where a closure came in, and the closure's digest.

    ``is_boundary``: the commit is at the boundary of a shallow clone, so the closure can be older.
    """

    slug: str
    commit: Commit
    digest: str
    is_boundary: bool = False

    @property
    def id(self) -> str | None:
        """Return the 40 hex digits of the commit; None at the boundary of a shallow clone."""
        return None if self.is_boundary else self.commit.id


class Release(NamedTuple):
    """A tag ``SLUG@vX.Y.Z`` on a version; ``name`` is the ``vX.Y.Z``."""

    slug: str
    name: str
    commit: str
