"""A forked process and the pipe that it writes to."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO, NoReturn

_CHUNK_BYTES = 65536


def can_fork() -> bool:
    """Return whether forking is safe: on Linux, while no other thread runs."""
    return sys.platform == "linux" and threading.active_count() == 1


class ForkedChild:
    """A fork of this process that calls ``work`` with the pipe to write to; it never returns into the caller's code."""

    def __init__(self, work: Callable[[BinaryIO], None]) -> None:
        self._reading, writing = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(self._reading)
            _work_and_exit(work, writing)
        os.close(writing)

    def read(self, seconds: float | None = None) -> bytes | None:
        """Return the next bytes, empty at the end; None if there are none within some seconds."""
        if seconds is not None and not select.select([self._reading], [], [], max(0.0, seconds))[0]:
            return None
        return os.read(self._reading, _CHUNK_BYTES)

    def end(self, *, kills: bool) -> bool:
        """Reap the process, killed first or waited for; return whether it exited with 0."""
        os.close(self._reading)
        if kills:
            os.kill(self._process, signal.SIGKILL)
        return os.waitpid(self._process, 0)[1] == 0


def _work_and_exit(work: Callable[[BinaryIO], None], writing: int) -> NoReturn:
    status = 1
    try:
        with os.fdopen(writing, "wb") as pipe:
            work(pipe)
        status = 0
    finally:
        # No exit handler runs, and no buffer of the parent is flushed a second time.
        os._exit(status)
