"""Pointers, which say the version of a prompt that an environment runs, and their moves."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

VERSION_PATTERN = r"[0-9a-f]{40}"
DIGEST_PATTERN = r"sha256:[0-9a-f]{64}"
NUMBER_LIKE_PATTERN = r"[0-9]+(?:e[0-9]+)?"
"""A version that YAML reads as a number unless it is quoted."""


class Share(NamedTuple):
    """A version of a gradual roll-out, and the percentage of callers that get it."""

    version: str
    digest: str
    percent: int


class Pointer(NamedTuple):
    """The version that an environment runs: its commit (40 hex digits) and digest (``sha256:...``)."""

    version: str
    digest: str
    rollout: tuple[Share, ...] = ()

    @property
    def places(self) -> list[Share]:
        """Return all versions that run with their percentages, first the pointer's own."""
        rest = 100 - sum(share.percent for share in self.rollout)
        return [Share(self.version, self.digest, rest), *self.rollout]


Pointers: TypeAlias = dict[str, dict[str, Pointer]]
"""Pointers by environment, then by slug."""


class GateResult(NamedTuple):
    """The verdict of a gate, and its evidence."""

    gate: str
    passed: bool
    evidence: str


class PointerMove(NamedTuple):
    """A move of one pointer; ``old`` is its expected value before the move, and None means no pointer.

    ``gates`` are the verdicts that allowed the move.
    """

    slug: str
    environment: str
    old: Pointer | None
    new: Pointer | None
    gates: tuple[GateResult, ...] = ()
    summary: str = ""


class Announcement(NamedTuple):
    """The record of a move without its pointers; ``action`` is promote, rollback, rollout, remove or repair.

    ``author`` is set where the record of an earlier move by another author is written again.
    """

    action: str
    reason: str | None = None
    forced: bool = False
    author: str | None = None


class Event(NamedTuple):
    """One pointer event: a past move of one pointer; ``time`` in seconds since 1970, ``source`` a commit or a tag.

    ``action`` is promote, rollback, rollout, migrate or remove; ``gates`` and ``reason`` are empty where a merge
    dropped the record.
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
