"""Share work among processes: each does a part of it, and hands its results back."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NoReturn, TypeVar

# A process costs a few milliseconds to fork and its results to bring back: fewer items than this are done here.
_FEWEST_ITEMS = 48
_MOST_WORKERS = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_in_processes(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return ``function`` of each item, in order; results must be picklable, and come from forked processes.

    Where forking is not safe (other threads run) or not there (Windows, macOS), or where the items are few, all is done
    in this process. What a process could not do is done here again, so that an error shows itself.
    """
    count = _count_workers(len(items))
    if count == 1:
        return [function(item) for item in items]
    bounds = [len(items) * index // count for index in range(count + 1)]
    parts = [items[start:end] for start, end in pairwise(bounds)]
    children = [_start(function, part) for part in parts[1:]]
    results = [function(item) for item in parts[0]]
    for child, part in zip(children, parts[1:], strict=True):
        found: list[Result] | None = _collect(child)
        results += found if found is not None else [function(item) for item in part]
    return results


def _count_workers(items: int) -> int:
    if items < _FEWEST_ITEMS or sys.platform != "linux":
        return 1
    import threading

    if threading.active_count() > 1:
        return 1
    return max(1, min(_MOST_WORKERS, len(os.sched_getaffinity(0)), items * 2 // _FEWEST_ITEMS))


class _Child(tuple[int, int]):
    """A process's id, and the pipe that its results come through."""

    __slots__ = ()


def _start(function: Callable[[Item], Result], part: Sequence[Item]) -> _Child:
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work_and_exit(function, part, writing)
    os.close(writing)
    return _Child((child, reading))


def _work_and_exit(function: Callable[[Item], Result], part: Sequence[Item], writing: int) -> NoReturn:
    """Work in the child; it never returns into the parent's code, and says nothing when it fails."""
    import pickle

    status = 1
    try:
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump([function(item) for item in part], pipe, protocol=pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)


def _collect(child: _Child) -> list[Any] | None:
    import pickle

    process, reading = child
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(process, 0)
    if status != 0:
        return None
    results: list[Any] = pickle.loads(data)  # noqa: S301 - our own child wrote it
    return results
