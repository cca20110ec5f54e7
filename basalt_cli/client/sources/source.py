"""The protocol of sources of prompts, and the translation of errors into those of the SDK."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable

from basalt_cli import errors
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
from basalt_cli.delivery.answer import Answer


@runtime_checkable
class PromptSource(Protocol):
    """A source of prompts; several threads may use it at once.

    Its methods raise BasaltAPIError if the request is refused, and NetworkError if the source cannot answer.
    """

    name: str
    """The name in messages; copies of answers are kept under it."""

    origin: str
    """The ``source`` of prompts that come from here: live or bundle."""

    def ask(self, slug: str, selector: str) -> Answer:
        """Return the versions that a tag or version of a prompt means now."""

    def list_prompts(self) -> list[Overview]:
        """Return all prompts, by slug."""

    def describe(self, slug: str, selector: str | None) -> Overview:
        """Describe a prompt at a tag or version; for None, as it is now."""

    def publish(self, slug: str, environment: str, selector: str | None, reason: str | None) -> PublishPromptResponse:
        """Move an environment to a version of a prompt."""

    def keep_fresh(self) -> float | None:
        """Update the source's own copy; return the seconds until the next update, or None for never."""

    def reset_after_fork(self) -> None:
        """Replace locks, which a thread of the parent may have held."""


@contextmanager
def translated(source: str, slug: str | None = None) -> Iterator[None]:
    """Translate errors of basalt into those of the SDK; ``slug`` is set if the work is about one prompt."""
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
        # The repository is damaged, not one prompt alone.
        raise SourceError(f"{source}: {error.message}", hint=error.hint) from error
    except errors.BasaltError as error:
        raise SourceError(f"{source}: {error.message}", hint=error.hint, slug=slug) from error
    except OSError as error:
        raise SourceError(f"{source}: {error.strerror or error}") from error


def locate(path: str | os.PathLike[str]) -> str:
    """Return the absolute path of a source, whether it exists or not."""
    return os.path.realpath(os.fspath(path))
