"""The background thread that asks the source again for stale entries."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Condition, Thread
from time import monotonic
from weakref import WeakMethod

from basalt_cli.client.errors import NetworkError
from basalt_cli.client.memory import Question

_LOGGER = logging.getLogger("basalt_cli")
_RETRY_SECONDS = 60.0


class Refresher:
    """One daemon thread that refreshes stale questions in the order of their submission, and the source's own copy.

    A question is queued at most once, and not while its refresh is under way. ``refresh`` asks the source for one
    question. ``keep_fresh`` updates the source's own copy, and returns the seconds until the next update, or None.
    """

    def __init__(
        self, refresh: WeakMethod[Callable[[Question], None]], keep_fresh: WeakMethod[Callable[[], float | None]]
    ) -> None:
        self._refresh = refresh
        self._keep_fresh = keep_fresh
        self._is_stopped = False
        self.reset_after_fork()

    def reset_after_fork(self) -> None:
        """Start with an empty queue, a new lock and no thread: a forked child has none of its parent's threads.

        A refresher that was stopped stays stopped.
        """
        self._due: dict[Question, None] = {}
        self._under_way: Question | None = None
        self._changed = Condition()
        self._thread: Thread | None = None

    def submit(self, question: Question) -> bool:
        """Queue a refresh of a question; return False if no thread runs that could do it."""
        with self._changed:
            if not self._ensure_running():
                return False
            if question != self._under_way:
                self._due[question] = None
                self._changed.notify()
            return True

    def start(self) -> None:
        """Start the thread before any question is stale."""
        with self._changed:
            self._ensure_running()

    def stop(self) -> None:
        """End the thread after the refresh that is under way; later submissions are refused."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify()

    def _ensure_running(self) -> bool:
        if self._is_stopped:
            return False
        if self._thread is not None and self._thread.is_alive():
            return True
        if self._thread is not None:
            _LOGGER.error("the thread that refreshes prompts died; a new one is started")
        self._under_way = None
        self._thread = Thread(target=self._run, name="basalt-refresher", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:
            self._thread = None
            _LOGGER.exception("the thread that refreshes prompts could not be started")
            return False
        return True

    def _run(self) -> None:
        try:
            again_at: float | None = monotonic()
            while not self._is_stopped:
                if again_at is not None and monotonic() >= again_at:
                    again_at = self._refresh_source()
                question = self._take(again_at)
                if question is not None:
                    self._refresh_one(question)
        except BaseException:
            # SystemExit was raised in the thread, or the interpreter shuts down. The next submission starts a new one.
            _LOGGER.exception("the thread that refreshes prompts ends")
            raise

    def _take(self, until: float | None) -> Question | None:
        """Return the first question of the queue; None if there is none by ``until``, a time of the monotonic clock."""
        with self._changed:
            if not self._due and not self._is_stopped:
                self._changed.wait(None if until is None else max(0.0, until - monotonic()))
            if not self._due or self._is_stopped:
                return None
            self._under_way = next(iter(self._due))
            del self._due[self._under_way]
            return self._under_way

    def _refresh_source(self) -> float | None:
        """Update the source's own copy; return when to do so again, by the monotonic clock, or None for never."""
        try:
            keep_fresh = self._keep_fresh()
            seconds = keep_fresh() if keep_fresh is not None else None
        except Exception:
            _LOGGER.exception("the copy of the repository could not be refreshed")
            seconds = _RETRY_SECONDS
        return None if seconds is None else monotonic() + seconds

    def _refresh_one(self, question: Question) -> None:
        try:
            refresh = self._refresh()
            if refresh is not None:
                refresh(question)
        except NetworkError:
            pass  # The outage was logged when it began.
        except Exception:
            _LOGGER.exception("%s could not be refreshed", question[0])
        finally:
            with self._changed:
                self._under_way = None
