"""Say once that a source cannot be asked, and once that it can again."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from threading import Lock

_LOGGER = logging.getLogger("basalt_cli")
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 60.0

FallbackListener = Callable[[str, str, Exception], None]
"""Called with the slug, where the copy comes from (stale, disk, bundle, fallback), and why."""


class Outage:
    """The state of one source; waits between attempts grow while it lasts, by chance a bit different for each."""

    def __init__(self, source: str, listener: FallbackListener | None) -> None:
        self._source = source
        self._listener = listener
        self._lock = Lock()
        self._failures = 0

    @property
    def wait_seconds(self) -> float:
        """Return how long to leave the source alone."""
        longest = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * float(1 << min(max(self._failures - 1, 0), 10)))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - to be apart from others, not to be secret

    def note_failure(self, error: Exception) -> None:
        """Take note that the source could not be asked; the first time it is logged."""
        with self._lock:
            self._failures += 1
            is_first = self._failures == 1
        if is_first:
            _LOGGER.warning("prompts cannot be fetched, and copies are used where there are any: %s", error)

    def note_success(self) -> None:
        """Take note that the source has answered."""
        with self._lock:
            failures, self._failures = self._failures, 0
        if failures:
            _LOGGER.warning("prompts are fetched again from %s, after %d failures", self._source, failures)

    def tell(self, slug: str, origin: str, error: Exception) -> None:
        """Tell the application that a copy is used; what it raises is logged, and changes nothing."""
        if self._listener is None:
            return
        try:
            self._listener(slug, origin, error)
        except Exception:
            _LOGGER.exception("on_fallback failed")

    def reset_after_fork(self) -> None:
        """Forget a lock that another thread of the parent may have held."""
        self._lock = Lock()
