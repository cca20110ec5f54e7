"""What came of the test cases of prompts."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class SnapshotState(Enum):
    """How a case stands to its snapshot."""

    MATCHED = "matched"
    MISSING = "missing"
    DIFFERS = "differs"
    WRITTEN = "written"


class CaseFailure(NamedTuple):
    """Why a case failed: the kind of expectation, None where it could not be rendered at all, and a clause.

    ``message`` and ``role`` are what the expectation was narrowed to; ``wanted`` and ``got`` are texts to compare.
    """

    expectation: str | None
    problem: str
    message: int | None = None
    role: str | None = None
    wanted: str | None = None
    got: str | None = None


class CaseResult(NamedTuple):
    """What came of one case; ``section`` is what a snapshot of it holds.

    ``line`` is where the case stands in the prompt's file; None for one that was not run again.
    """

    name: str
    failures: tuple[CaseFailure, ...] = ()
    snapshot: SnapshotState | None = None
    section: str = ""
    line: int | None = None


class PromptResult(NamedTuple):
    """What came of the cases of a prompt; ``obsolete`` are the snapshots that are of no case.

    ``error`` says why no case could run; ``is_remembered`` that nothing had changed since they all passed.
    """

    slug: str
    cases: tuple[CaseResult, ...] = ()
    obsolete: tuple[str, ...] = ()
    error: str | None = None
    is_remembered: bool = False

    @property
    def is_failed(self) -> bool:
        """Say whether something is amiss."""
        return self.error is not None or any(case.failures for case in self.cases)
