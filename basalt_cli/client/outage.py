"""Say once that a source cannot be asked, and once that it can again."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from threading import Lock
from time import monotonic

from basalt_cli.client.errors import SourceError

_LOGGER = logging.getLogger("basalt_cli")
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 60.0

FallbackListener = Callable[[str, str, Exception], None]
"""Called with the slug, where the copy comes from (stale, disk, bundle, fallback), and why."""


class Outages:
    """What cannot be asked now: the source, or some prompts of it, each of which is said once.

    Waits between attempts grow while one lasts, by chance a bit different for each.
    """

    def __init__(self, source: str, listener: FallbackListener | None) -> None:
        self._source = source
        self._listener = listener
        self._lock = Lock()
        self._failures: dict[str | None, tuple[int, float]] = {}

    def note_failure(self, error: Exception) -> float:
        """Take note of a failure, and return for how many seconds to leave it alone; the first one is logged."""
        slug = error.slug if isinstance(error, SourceError) else None
        now = monotonic()
        with self._lock:
            count, again_at = self._failures.get(slug, (0, 0.0))
            if now < again_at:
                # Many prompts fail at once, and it is one failure.
                return again_at - now
            longest = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * float(1 << min(count, 10)))
            wait_seconds = longest * random.uniform(0.5, 1.0)  # noqa: S311 - to be apart from others, not to be secret
            self._failures[slug] = (count + 1, now + wait_seconds)
        if count == 0:
            what = slug or "prompts"
            _LOGGER.warning("%s cannot be fetched, and copies are used where there are any: %s", what, error)
        return wait_seconds

    def note_success(self, slug: str) -> None:
        """Take note that the source has answered, about a prompt."""
        if not self._failures:
            return
        with self._lock:
            failures = [(name, self._failures.pop(name)[0]) for name in (None, slug) if name in self._failures]
        for name, count in failures:
            _LOGGER.warning(
                "%s can be fetched again from %s, after %d failures", name or "prompts", self._source, count
            )

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
