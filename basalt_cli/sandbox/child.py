"""Child processes that write to a pipe: forked from this process, or a fresh interpreter."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import BinaryIO, NoReturn, Protocol

_CHUNK_BYTES = 65536


class Child(Protocol):
    """A process and the pipe that it writes to; ``startup_seconds`` is what it needs before it starts to work."""

    startup_seconds: float

    def read(self, seconds: float | None = None) -> bytes | None:
        """Return the next bytes, empty at the end; None if there are none within some seconds."""

    def end(self, *, kills: bool) -> bool:
        """Reap the process, killed first or waited for; return whether it exited with 0."""


def can_fork() -> bool:
    """Return whether forking is safe: on Linux, while no other thread runs."""
    return sys.platform == "linux" and threading.active_count() == 1


class ForkedChild:
    """A fork of this process that calls ``work`` with the pipe to write to; it never returns into the caller's code."""

    startup_seconds = 0.0

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


class SpawnedChild:
    """A command that is given ``data`` on its standard input; what it prints is read by a thread, as on any system."""

    startup_seconds = 1.0

    def __init__(self, command: Sequence[str], data: bytes) -> None:
        from queue import SimpleQueue

        self._chunks: SimpleQueue[bytes] = SimpleQueue()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
        )
        self._thread = threading.Thread(target=self._exchange, args=(data,), daemon=True)
        self._thread.start()

    def read(self, seconds: float | None = None) -> bytes | None:
        """Return the next bytes, empty at the end; None if there are none in time; raise RuntimeError for a failure."""
        from queue import Empty

        try:
            chunk = self._chunks.get(timeout=None if seconds is None else max(0.0, seconds))
        except Empty:
            return None
        if not chunk and self._process.wait() > 0:
            assert self._process.stderr is not None
            raise RuntimeError(self._process.stderr.read().decode(errors="replace"))
        return chunk

    def end(self, *, kills: bool) -> bool:
        """Reap the process, killed first or waited for; return whether it exited with 0."""
        if kills:
            self._process.kill()
        self._thread.join()
        with self._process:
            pass
        return self._process.returncode == 0

    def _exchange(self, data: bytes) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        # A process that cannot start closes its end; how it exited tells why.
        with contextlib.suppress(OSError), self._process.stdin as pipe:
            view = memoryview(data)
            while view:
                view = view[pipe.write(view) or 0 :]
        while chunk := self._process.stdout.read(_CHUNK_BYTES):
            self._chunks.put(chunk)
        self._chunks.put(b"")
