"""Show how far a long run is, on a terminal; a short one, or one that nobody watches, shows nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from basalt_cli.model.progress import Progress, ignore_progress

_FEWEST_TO_SHOW = 200


@contextmanager
def shown_progress(label: str) -> Iterator[Progress]:
    """Give what a run tells its progress to; the bar goes when the run ends."""
    if not sys.stderr.isatty():
        yield ignore_progress
        return
    with ExitStack() as stack:
        yield _Bar(label, stack).tell


class _Bar:
    def __init__(self, label: str, stack: ExitStack) -> None:
        self._label = label
        self._stack = stack
        self._draw: Progress | None = None

    def tell(self, done: int, total: int) -> None:
        """Draw the bar; one with little to do is never begun."""
        if total < _FEWEST_TO_SHOW:
            return
        self._draw = self._draw or self._begin(total)
        self._draw(done, total)

    def _begin(self, total: int) -> Progress:
        from rich.console import Console
        from rich.progress import Progress as Bar

        # Without a thread that redraws it: where another one runs, no process may be forked.
        bar = self._stack.enter_context(Bar(console=Console(stderr=True), transient=True, auto_refresh=False))
        task = bar.add_task(self._label, total=total)
        return lambda done, total: bar.update(task, completed=done, total=total, refresh=True)
