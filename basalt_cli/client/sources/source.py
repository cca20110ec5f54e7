"""What every source of prompts can do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

from basalt_cli import errors
from basalt_cli.client.content import Answer
from basalt_cli.client.errors import (
    BadRequestError,
    BasaltAPIError,
    ConflictError,
    ForbiddenError,
    NetworkError,
    NotFoundError,
    SourceError,
)
from basalt_cli.client.responses import Overview, PublishPromptResponse


@runtime_checkable
class Source(Protocol):
    """A place that prompts come from; several threads may ask it at once.

    Raises BasaltAPIError where it has an answer and that is no, and NetworkError where it cannot answer.
    """

    name: str
    """What messages call it, and what its copies are kept under."""

    origin: str
    """What prompts say of where they come from, when they come from here: live, or bundle."""

    def ask(self, slug: str, selector: str) -> Answer:
        """Return what a prompt is at a tag or version, as things stand now."""

    def list_prompts(self) -> list[Overview]:
        """Return all prompts, by slug."""

    def describe(self, slug: str, selector: str | None) -> Overview:
        """Return all about a prompt, at a tag or version or as it is now."""

    def publish(self, slug: str, environment: str, selector: str | None, reason: str | None) -> PublishPromptResponse:
        """Move an environment to a version of a prompt."""

    def keep_fresh(self) -> float | None:
        """Bring its own copy up to date; return after how many seconds to do so again, None for never."""

    def reset_after_fork(self) -> None:
        """Forget locks that another thread of the parent may have held."""


@contextmanager
def translated(source: str, slug: str | None = None) -> Iterator[None]:
    """Turn what basalt raises into what the SDK does; ``slug`` is the prompt that all is about."""
    try:
        yield
    except (BasaltAPIError, NetworkError):
        raise
    except errors.NotFoundError as error:
        raise NotFoundError(error.message, hint=error.hint) from None
    except errors.UsageError as error:
        raise BadRequestError(error.message, hint=error.hint) from None
    except errors.LostRaceError as error:
        raise ConflictError(error.message, hint=error.hint) from None
    except errors.RefusedError as error:
        raise ForbiddenError(error.message, hint=error.hint) from None
    except errors.GitError as error:
        # The repository is damaged, and not just one prompt of it.
        raise SourceError(f"{source}: {error.message}", hint=error.hint) from error
    except errors.BasaltError as error:
        raise SourceError(f"{source}: {error.message}", hint=error.hint, slug=slug) from error
    except OSError as error:
        raise SourceError(f"{source}: {error.strerror or error}") from error


def locate(path: str | os.PathLike[str]) -> str:
    """Return the absolute path of a source, without asking whether it is there."""
    return os.path.realpath(os.fspath(path))
