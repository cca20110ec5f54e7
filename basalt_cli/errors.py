"""The errors that a user can cause and mend."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """Where an error stands: a path as the user knows it, and 1-based line and column where they are known."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in self if part is not None)


class BasaltError(Exception):
    """Say what went wrong, where, and what to do about it.

    ``hint`` is one or more whole sentences that name the next step.
    """

    exit_code = 3

    def __init__(self, message: str, *, hint: str | None = None, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place

    @property
    def kind(self) -> str:
        """Name the error for a machine, as in ``NotFoundError``."""
        return type(self).__name__


class UsageError(BasaltError):
    """The command line itself is wrong."""

    exit_code = 2


class NotFoundError(BasaltError):
    """A prompt, version, environment or file that was named does not exist."""


class LostRaceError(BasaltError):
    """Somebody else moved the pointer or the branch first; nothing was changed."""

    exit_code = 4


class RefusedError(BasaltError):
    """A check or a gate said no."""

    exit_code = 1


class LimitExceededError(BasaltError):
    """A template needed more time, memory or output than it may have."""


class LeftBehindError(BasaltError):
    """What was asked for holds, and a worktree could not follow."""


class GitError(BasaltError):
    """git failed for a reason that basalt has no better words for."""
