"""Results of the test cases of prompts."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class SnapshotState(Enum):
    """The state of a case's snapshot."""

    MATCHED = "matched"
    MISSING = "missing"
    DIFFERS = "differs"
    WRITTEN = "written"


class CaseFailure(NamedTuple):
    """One failure of a case: the kind of expectation (None where the case could not be rendered), and a clause.

    ``message`` and ``role`` limit the expectation to some messages; ``wanted`` and ``got`` are the expected and the
    actual text.
    """

    expectation: str | None
    problem: str
    message: int | None = None
    role: str | None = None
    wanted: str | None = None
    got: str | None = None


class CaseResult(NamedTuple):
    """The result of one case; ``section`` is its section of the snapshot file.

    ``line`` is the line of the case in the prompt file; None where the case was not run again.
    """

    name: str
    failures: tuple[CaseFailure, ...] = ()
    snapshot: SnapshotState | None = None
    section: str = ""
    line: int | None = None


class PromptResult(NamedTuple):
    """The results of all cases of a prompt; ``obsolete`` are snapshots without a case.

    ``error`` is set where no case could run. ``is_remembered``: the cases passed before and nothing has changed since.
    """

    slug: str
    cases: tuple[CaseResult, ...] = ()
    obsolete: tuple[str, ...] = ()
    error: str | None = None
    is_remembered: bool = False

    @property
    def is_failed(self) -> bool:
        """Return whether a case failed, or none could run."""
        return self.error is not None or any(case.failures for case in self.cases)
