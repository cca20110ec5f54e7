"""The exceptions of the SDK: the classes of the hosted SDK, with the status codes of HTTP."""

from __future__ import annotations

from typing import ClassVar

from basalt_cli.errors import BasaltError


class _ClientError(BasaltError):
    """An error whose text has the hint, too: applications log the text alone."""

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class BasaltAPIError(_ClientError):
    """The source answered, and refused the request; ``status_code`` is the status of HTTP for that."""

    _STATUS_CODE: ClassVar[int | None] = None

    def __init__(self, message: str, status_code: int | None = None, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status_code = status_code if status_code is not None else self._STATUS_CODE


class BadRequestError(BasaltAPIError):
    """The request is wrong: an invalid slug, or variables that are missing, unknown or of the wrong type."""

    _STATUS_CODE = 400


class UnauthorizedError(BasaltAPIError):
    """The git remote requires a login."""

    _STATUS_CODE = 401


class ForbiddenError(BasaltAPIError):
    """A gate failed, or the remote refused the push."""

    _STATUS_CODE = 403


class NotFoundError(BasaltAPIError):
    """The prompt, version or tag does not exist."""

    _STATUS_CODE = 404


class ConflictError(BasaltAPIError):
    """Another promotion moved the pointer first; nothing was changed."""

    _STATUS_CODE = 409


class NetworkError(_ClientError):
    """The source could not be reached, and there is no copy to fall back to."""


class SourceError(NetworkError):
    """The source was reached and could not be read: git failed, or its content is damaged.

    ``slug`` is set if that is so of one prompt alone.
    """

    def __init__(self, message: str, *, hint: str | None = None, slug: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.slug = slug


class BasaltWarning(UserWarning):
    """An argument has no effect, or a setting is left out of a request."""
