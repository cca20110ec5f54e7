"""Pointers, which say the version of a prompt that an environment runs, and their moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

# Every command that accepts an environment reads pointers, and few move one: these are imported where a move is made.
if TYPE_CHECKING:
    from basalt_cli.model.change import Change, Risk
    from basalt_cli.model.config import Environment
    from basalt_cli.model.version import Version

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


class Move(NamedTuple):
    """One pointer that moves: ``old`` is its value before, compared at the write; None stands for no pointer.

    ``version`` is what runs afterwards, ``changes`` what that changes for callers, ``gates`` the verdicts on it.
    ``is_merged`` is False for a version that the shared trunk does not have, ``is_comparable`` where what runs before
    cannot be read. ``risk`` is None for a move that was not compared.
    """

    slug: str
    environment: str
    old: Pointer | None
    new: Pointer | None
    version: Version | None = None
    changes: tuple[Change, ...] = ()
    gates: tuple[GateResult, ...] = ()
    is_merged: bool = True
    is_comparable: bool = True
    risk: Risk | None = None


class Plan(NamedTuple):
    """Moves that are made together or not at all, and what is recorded of them.

    ``action`` is promote, rollback, rollout, remove, repair or migrate; ``author`` is set for an event of the past that
    is recorded again. ``relies_on`` are pointers that stay, and that the plan depends on: they must not have moved
    either. ``current`` are prompts that run the version already, ``skipped`` prompts that stay as they are, with the
    reason.
    """

    action: str
    moves: tuple[Move, ...]
    reason: str | None = None
    forced: bool = False
    author: str | None = None
    relies_on: tuple[Move, ...] = ()
    environment: Environment | None = None
    current: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def failed_gates(self) -> tuple[tuple[Move, GateResult], ...]:
        """Return the gates that failed, each with its move."""
        return tuple((move, gate) for move in self.moves for gate in move.gates if not gate.passed)

    @property
    def is_refused(self) -> bool:
        """Say whether a gate failed and the plan is not forced."""
        return bool(self.failed_gates) and not self.forced


class Event(NamedTuple):
    """A pointer event: one move of one pointer; ``time`` is in seconds since 1970, ``source`` a commit or a tag.

    ``action`` is promote, rollback, rollout, repair, migrate, or remove. ``gates`` and ``reason`` are empty where a
    merge has lost the record.
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
