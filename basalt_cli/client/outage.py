"""Outages of a source: when each one began and ended is logged, and how long to wait before the next attempt."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from threading import Lock
from time import monotonic

from basalt_cli.client.errors import SourceError
from basalt_cli.text.words import plural

_LOGGER = logging.getLogger("basalt_cli")
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 60.0

FallbackListener = Callable[[str, str, Exception], None]
"""Called with the slug, the origin of the copy (stale, disk, bundle or fallback), and the error of the source."""


class Outages:
    """The outages of one source, as a whole or for single prompts; the first failure of each is logged, and its end.

    The wait between attempts doubles during an outage, from 1 to 60 seconds, less a random part of up to a half.
    """

    def __init__(self, source: str, listener: FallbackListener | None) -> None:
        self._source = source
        self._listener = listener
        self._lock = Lock()
        self._failures: dict[str | None, tuple[int, float]] = {}

    def note_failure(self, error: Exception) -> float:
        """Record a failure, log it if it is the first, and return the seconds to wait before the next attempt."""
        slug = error.slug if isinstance(error, SourceError) else None
        now = monotonic()
        with self._lock:
            count, again_at = self._failures.get(slug, (0, 0.0))
            if now < again_at:
                # Many prompts fail at the same time, for one reason: it counts as one failure.
                return again_at - now
            longest = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * float(1 << min(count, 10)))
            wait_seconds = longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads the attempts of many processes
            self._failures[slug] = (count + 1, now + wait_seconds)
        if count == 0:
            what = slug or "prompts"
            _LOGGER.warning("%s cannot be fetched; copies are used if there are any: %s", what, error)
        return wait_seconds

    def note_success(self, slug: str) -> None:
        """Record that the source has answered about a prompt, and log the end of an outage."""
        if not self._failures:
            return
        with self._lock:
            failures = [(name, self._failures.pop(name)[0]) for name in (None, slug) if name in self._failures]
        for name, count in failures:
            failed = plural(count, "failure")
            _LOGGER.warning("%s can be fetched again from %s, after %s", name or "prompts", self._source, failed)

    def report_fallback(self, slug: str, origin: str, error: Exception) -> None:
        """Call the application's listener; an exception that it raises is logged."""
        if self._listener is None:
            return
        try:
            self._listener(slug, origin, error)
        except Exception:
            _LOGGER.exception("on_fallback failed")

    def reset_after_fork(self) -> None:
        """Replace the lock, which a thread of the parent may have held."""
        self._lock = Lock()
