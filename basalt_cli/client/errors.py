"""What the SDK raises: the classes of the hosted SDK, by the status that an HTTP API would answer with."""

from __future__ import annotations

from basalt_cli.errors import BasaltError


class BasaltAPIError(BasaltError):
    """A request was answered, and not with what it asked for; ``status_code`` is HTTP's number for that."""

    def __init__(self, message: str, status_code: int | None = None, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status_code = status_code

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class BadRequestError(BasaltAPIError):
    """The request itself is wrong: variables that are missing, unknown or of the wrong type, or no slug."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, 400, hint=hint)


class UnauthorizedError(BasaltAPIError):
    """Who asks is not known; a git remote that wants a login answers like this."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, 401, hint=hint)


class ForbiddenError(BasaltAPIError):
    """It may not be: a gate says no to a promotion, or a remote refuses who asks."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, 403, hint=hint)


class NotFoundError(BasaltAPIError):
    """There is no such prompt, version or tag."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, 404, hint=hint)


class ConflictError(BasaltAPIError):
    """Somebody else moved the pointer first; nothing was changed."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, 409, hint=hint)


class NetworkError(BasaltError):
    """The source could not be asked, and no copy was there to fall back to."""

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class SourceError(NetworkError):
    """The source is there and cannot be read: git failed, or what it holds is damaged.

    ``slug`` is set where that is so of one prompt alone.
    """

    def __init__(self, message: str, *, hint: str | None = None, slug: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.slug = slug


class BasaltWarning(UserWarning):
    """Something has no effect here, or is left out of a request."""
