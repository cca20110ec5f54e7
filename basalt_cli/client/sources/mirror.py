"""The source of prompts in a remote repository, read from a bare copy in the user's cache folder."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TypeVar

from basalt_cli.client.errors import (
    BasaltAPIError,
    ForbiddenError,
    NetworkError,
    NotFoundError,
    SourceError,
    UnauthorizedError,
)
from basalt_cli.client.responses import Overview, PublishPromptResponse
from basalt_cli.client.sources.publishing import publish
from basalt_cli.client.sources.repository import RepositorySource
from basalt_cli.client.sources.source import translated
from basalt_cli.delivery.answer import Answer
from basalt_cli.errors import BasaltError, GitError
from basalt_cli.git.mirror import (
    LoginError,
    alone,
    can_be_reached,
    fetch_copy,
    find_age,
    has_copy,
    make_copy,
)

_T = TypeVar("_T")
_LOGGER = logging.getLogger("basalt_cli")
# How much longer a clone may take than a fetch.
_CLONE_PATIENCE = 12
_LONGEST_REST_SECONDS = 10.0


class MirrorSource:
    """A remote repository; one process at a time updates its copy, at most every ``refresh_seconds``."""

    origin = "live"

    def __init__(
        self, url: str, cache_folder: Path, *, refresh_seconds: float, timeout_seconds: float, is_offline: bool
    ) -> None:
        self.name = hide_credentials(url)
        self._url = url
        self._folder = cache_folder / "mirrors" / hashlib.sha256(url.encode()).hexdigest()[:32]
        self._refresh_seconds = refresh_seconds
        self._timeout_seconds = timeout_seconds
        self._is_offline = is_offline
        self._copy = RepositorySource(self._folder)
        self.reset_after_fork()

    def ask(self, slug: str, selector: str) -> Answer:
        """Return the versions that a tag or version of a prompt means in the copy, with the copy's age."""
        error = self._try_update()
        try:
            answer = self._ask_copy(lambda: self._copy.ask(slug, selector))
        except NotFoundError as missing:
            if error is not None:
                # The prompt may exist at the remote by now.
                raise NetworkError(error.message, hint=f"The copy is old, and in it {missing.message}.") from missing
            raise
        is_copy = error is not None or self._is_offline
        return replace(answer, age_seconds=find_age(self._folder) or 0, is_copy=is_copy, error=error)

    def list_prompts(self) -> list[Overview]:
        """Return all prompts, by slug."""
        self._update_or_warn()
        return self._ask_copy(self._copy.list_prompts)

    def describe(self, slug: str, selector: str | None) -> Overview:
        """Describe a prompt at a selector; for None, as it is on the trunk."""
        self._update_or_warn()
        return self._ask_copy(lambda: self._copy.describe(slug, selector))

    def publish(self, slug: str, environment: str, selector: str | None, reason: str | None) -> PublishPromptResponse:
        """Promote at the remote; raise ForbiddenError offline."""
        if self._is_offline:
            raise ForbiddenError("with offline=True, nothing can be promoted: a promotion is made at the remote")
        self._update(is_forced=True)
        with self._copy.opened(is_to_be_changed=True) as state, translated(self.name):
            return publish(state, slug, environment, selector, reason, to_remote=True)

    def keep_fresh(self) -> float | None:
        """Update the copy if it is due; raise NetworkError if the remote cannot be reached."""
        if self._is_offline:
            return None
        self._update()
        return self._refresh_seconds

    def reset_after_fork(self) -> None:
        """Replace locks, which a thread of the parent may have held."""
        self._copy.reset_after_fork()
        self._updating = Lock()
        self._failed: tuple[float, NetworkError | BasaltAPIError] | None = None

    def _ask_copy(self, ask: Callable[[], _T]) -> _T:
        """Ask the copy; if it is damaged, delete it, clone again, and ask once more."""
        try:
            return ask()
        except SourceError as error:
            if self._is_offline or error.slug is not None:
                raise
            self._update(is_broken=True)
            return ask()

    def _update_or_warn(self) -> None:
        error = self._try_update()
        if error is not None:
            age = find_age(self._folder) or 0
            _LOGGER.warning("prompts are listed from a copy that is %d seconds old: %s", age, error)

    def _try_update(self) -> NetworkError | None:
        """Update the copy if it is due; return the error if that failed, and raise it if there is no copy."""
        try:
            self._update()
        except NetworkError as error:
            if not has_copy(self._folder):
                raise
            return error
        return None

    def _update(self, *, is_forced: bool = False, is_broken: bool = False) -> None:
        if self._is_offline:
            if has_copy(self._folder):
                return
            raise NetworkError(f"{self.name}: there is no copy yet, and with offline=True none is made")
        if not (is_forced or is_broken or self._is_due()):
            return
        with self._updating:
            self._raise_again(is_forced=is_forced)
            try:
                self._work(is_forced=is_forced, is_broken=is_broken)
            except (NetworkError, BasaltAPIError) as error:
                rest_seconds = min(_LONGEST_REST_SECONDS, self._refresh_seconds)
                self._failed = (monotonic() + rest_seconds, error)
                raise
            self._failed = None

    def _raise_again(self, *, is_forced: bool) -> None:
        """Raise the error of the last update again for some seconds: callers must not all wait for the same failure."""
        if self._failed is not None and not is_forced and monotonic() < self._failed[0]:
            raise self._failed[1]

    def _work(self, *, is_forced: bool, is_broken: bool) -> None:
        is_first = not has_copy(self._folder)
        patience = self._timeout_seconds * (1 + _CLONE_PATIENCE * is_first)
        try:
            with alone(self._folder, patience):
                if is_broken or not has_copy(self._folder):
                    make_copy(self._url, self._folder, _CLONE_PATIENCE * self._timeout_seconds)
                elif is_forced or self._is_due():  # another process may have updated it just now
                    self._fetch_or_replace()
        except LoginError as error:
            raise UnauthorizedError(self._redact(error), hint=error.hint) from None
        except BasaltError as error:
            raise NetworkError(self._redact(error), hint=error.hint) from None
        except OSError as error:
            raise NetworkError(f"{self.name}: the copy cannot be written: {error.strerror or error}") from error

    def _redact(self, error: BasaltError) -> str:
        """Return the message without the credentials of the URL, which git repeats."""
        return f"{self.name}: {error.message.replace(self._url, self.name)}"

    def _fetch_or_replace(self) -> None:
        try:
            fetch_copy(self._folder, self._timeout_seconds)
        except LoginError:
            raise
        except GitError:
            # If the remote can be reached, the copy is damaged.
            if not can_be_reached(self._folder, self._timeout_seconds):
                raise
            make_copy(self._url, self._folder, _CLONE_PATIENCE * self._timeout_seconds)

    def _is_due(self) -> bool:
        age = find_age(self._folder)
        return age is None or age >= self._refresh_seconds


def hide_credentials(url: str) -> str:
    """Return a URL without its user name, password and query."""
    scheme, separator, rest = url.partition("?")[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}" if separator else url
