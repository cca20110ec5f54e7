"""Show a progress bar for a long run on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from basalt_cli.model.progress import Progress, ignore_progress

_FEWEST_TO_SHOW = 200


@contextmanager
def shown_progress(label: str) -> Iterator[Progress]:
    """Return a function that takes the progress of a run and draws it on stderr; the bar is erased at the end.

    Draws nothing where stderr is no terminal, or the run has fewer than 200 items.
    """
    if not sys.stderr.isatty():
        yield ignore_progress
        return
    with ExitStack() as stack:
        yield _Bar(label, stack).update


class _Bar:
    def __init__(self, label: str, stack: ExitStack) -> None:
        self._label = label
        self._stack = stack
        self._draw: Progress | None = None

    def update(self, done: int, total: int) -> None:
        """Draw the bar; start it at the first call."""
        if total < _FEWEST_TO_SHOW:
            return
        self._draw = self._draw or self._start(total)
        self._draw(done, total)

    def _start(self, total: int) -> Progress:
        from rich.console import Console
        from rich.progress import Progress as Bar

        # No thread redraws the bar: a process with a second thread must not fork.
        bar = self._stack.enter_context(Bar(console=Console(stderr=True), transient=True, auto_refresh=False))
        task = bar.add_task(self._label, total=total)
        return lambda done, total: bar.update(task, completed=done, total=total, refresh=True)
