"""Ask again in the background: one thread, which is missed at once when it dies."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Condition, Thread
from time import monotonic
from weakref import WeakMethod

from basalt_cli.client.errors import NetworkError
from basalt_cli.client.memory import Question

_LOGGER = logging.getLogger("basalt_cli")


class Refresher:
    """Refresh what is overdue, each question once at a time, and keep the source's own copy fresh."""

    def __init__(
        self, refresh: WeakMethod[Callable[[Question], None]], keep_fresh: WeakMethod[Callable[[], float | None]]
    ) -> None:
        self._refresh = refresh
        self._keep_fresh = keep_fresh
        self._is_stopped = False
        self.reset_after_fork()

    def reset_after_fork(self) -> None:
        """Start over: threads do not survive a fork, and locks may have been held. What was stopped stays so."""
        self._due: dict[Question, None] = {}
        self._changed = Condition()
        self._thread: Thread | None = None

    def submit(self, question: Question) -> bool:
        """Have a question asked again soon; return False where nobody will."""
        with self._changed:
            if not self._ensure_running():
                return False
            self._due[question] = None
            self._changed.notify()
            return True

    def start(self) -> None:
        """Run, although nothing is overdue yet."""
        with self._changed:
            self._ensure_running()

    def stop(self) -> None:
        """End the thread once it has done what it is at; nothing is refreshed from then on."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify()

    def _ensure_running(self) -> bool:
        if self._is_stopped:
            return False
        if self._thread is not None and self._thread.is_alive():
            return True
        if self._thread is not None:
            _LOGGER.error("the thread that refreshes prompts had died, and is started anew")
        self._thread = Thread(target=self._run, name="basalt-refresher", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:
            self._thread = None
            _LOGGER.exception("no thread can be started that refreshes prompts")
            return False
        return True

    def _run(self) -> None:
        try:
            again_at: float | None = monotonic()
            while not self._is_stopped:
                if again_at is not None and monotonic() >= again_at:
                    again_at = self._refresh_source()
                question = self._wait(again_at)
                if question is not None:
                    self._refresh_one(question)
        except BaseException:
            # Somebody ended it on purpose, or the interpreter does; the next that is overdue starts another.
            _LOGGER.exception("the thread that refreshes prompts dies")
            raise

    def _wait(self, until: float | None) -> Question | None:
        with self._changed:
            if not self._due and not self._is_stopped:
                self._changed.wait(None if until is None else max(0.0, until - monotonic()))
            if not self._due or self._is_stopped:
                return None
            question = next(iter(self._due))
            del self._due[question]
            return question

    def _refresh_source(self) -> float | None:
        try:
            keep_fresh = self._keep_fresh()
            seconds = keep_fresh() if keep_fresh is not None else None
        except Exception:
            _LOGGER.exception("the copy of the prompts could not be refreshed")
            seconds = 60.0
        return None if seconds is None else monotonic() + seconds

    def _refresh_one(self, question: Question) -> None:
        try:
            refresh = self._refresh()
            if refresh is not None:
                refresh(question)
        except NetworkError:
            pass  # It was said when it was found out.
        except Exception:
            _LOGGER.exception("%s could not be refreshed", question[0])
