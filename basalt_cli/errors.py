"""Errors that a user can cause and fix."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """The place of an error: a path as messages show it, and the 1-based line and column where they are known.

    Its text is ``path:line:column``.
    """

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in self if part is not None)


class BasaltError(Exception):
    """An error with its place and a hint.

    ``message`` says what is wrong, ``hint`` what to do: one or more whole sentences, or a command.
    """

    exit_code = 3

    def __init__(self, message: str, *, hint: str | None = None, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.place = place

    @property
    def kind(self) -> str:
        """Return the name of the error in JSON output, for example ``NotFoundError``."""
        return type(self).__name__


class UsageError(BasaltError):
    """The command line is wrong."""

    exit_code = 2


class NotFoundError(BasaltError):
    """A prompt, version, environment or file does not exist."""


class LostRaceError(BasaltError):
    """The pointer or the branch changed since it was read; nothing was written."""

    exit_code = 4


class RefusedError(BasaltError):
    """A check or a gate failed."""

    exit_code = 1


class LimitExceededError(BasaltError):
    """A template exceeded its limit of time, memory or output."""


class LeftBehindError(BasaltError):
    """The operation succeeded, but a worktree could not be updated."""


class GitError(BasaltError):
    """git failed; the message is git's own."""
