"""Hold an exclusive lock between processes: flock(2) on a file. The system releases it when the process ends."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_POLL_SECONDS = 0.05


@contextmanager
def hold_lock(path: Path, *, mode: int = 0o600, timeout_seconds: float | None = None) -> Iterator[None]:
    """Hold the lock on a file, which is created where it is absent; wait without end where no timeout is given.

    Raises TimeoutError when another process holds the lock for too long, and OSError where the file cannot be opened,
    is a symbolic link, or the system has no flock.
    """
    try:
        import fcntl
    except ImportError:
        message = "this system has no flock"
        raise OSError(message) from None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
    try:
        if timeout_seconds is None:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        else:
            _wait(descriptor, time.monotonic() + timeout_seconds)
        yield
    finally:
        # A forked child inherits the descriptor: closing it here alone would not release the lock.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _wait(descriptor: int, deadline: float) -> None:
    """Take the lock; raise TimeoutError when another process holds it at the deadline of the monotonic clock."""
    import fcntl

    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TimeoutError from None
            time.sleep(_POLL_SECONDS)
        else:
            return
