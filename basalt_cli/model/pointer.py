"""Pointers: which version of a prompt an environment runs, and what moves them."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Share(NamedTuple):
    """A version that is rolled out beside the pointer's own, to so many of 100 callers."""

    version: str
    digest: str
    percent: int


class Pointer(NamedTuple):
    """What an environment runs: the commit (40 hex) and the digest (``sha256:...``) of the version."""

    version: str
    digest: str
    rollout: tuple[Share, ...] = ()

    @property
    def places(self) -> list[Share]:
        """Return everything that runs, each with its percentage: what the pointer itself names, and what is beside."""
        rest = 100 - sum(share.percent for share in self.rollout)
        return [Share(self.version, self.digest, rest), *self.rollout]


Pointers: TypeAlias = dict[str, dict[str, Pointer]]
"""Pointers by environment, then by slug."""


class GateResult(NamedTuple):
    """A gate's verdict, and what it was based on."""

    gate: str
    passed: bool
    evidence: str


class PointerMove(NamedTuple):
    """One pointer that moves: ``old`` is what it must still be then; None stands for no pointer.

    ``gates`` are the verdicts that the move was made on.
    """

    slug: str
    environment: str
    old: Pointer | None
    new: Pointer | None
    gates: tuple[GateResult, ...] = ()
    summary: str = ""


class Announcement(NamedTuple):
    """What is recorded with a move beside the pointers: ``action`` is promote, rollback, rollout, remove or repair.

    ``author`` is set for what somebody else did before, and is only written down anew.
    """

    action: str
    reason: str | None = None
    forced: bool = False
    author: str | None = None


class Event(NamedTuple):
    """One move of one pointer, as history tells it; ``time`` in seconds since 1970, ``source`` a commit or a tag.

    ``action`` is promote, rollback, rollout, migrate, or remove where a pointer went away; ``gates`` and ``reason`` are
    empty where a merge has lost the record.
    """

    slug: str
    environment: str
    action: str
    old: Pointer | None
    new: Pointer | None
    time: int
    author: str
    source: str
    reason: str | None = None
    forced: bool = False
    gates: tuple[GateResult, ...] = ()
    event_id: str | None = None
