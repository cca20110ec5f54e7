"""Share work among forked processes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, BinaryIO, TypeVar

from basalt_cli.sandbox.child import ForkedChild, can_fork

# Forking a process and fetching its results takes some milliseconds: fewer items than this are not worth it.
_FEWEST_ITEMS = 48
_MOST_WORKERS = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_in_processes(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return ``function`` of each item in order; results must be picklable, for they come from forked processes.

    Where forking is not safe or the items are few, this process does all of it. It also repeats the part of a process
    that failed, so that the error is raised here.
    """
    count = _count_workers(len(items))
    bounds = [len(items) * index // count for index in range(count + 1)]
    parts = [items[start:end] for start, end in pairwise(bounds)]
    # What is buffered here must not be written by a child as well.
    sys.stdout.flush()
    sys.stderr.flush()
    children = [_start(function, part) for part in parts[1:]]
    try:
        results = [function(item) for item in parts[0]]
        for part in parts[1:]:
            found: list[Result] | None = _collect(children.pop(0))
            results += found if found is not None else [function(item) for item in part]
    finally:
        for child in children:
            child.end(kills=True)
    return results


def _count_workers(items: int) -> int:
    if items < _FEWEST_ITEMS or not can_fork():
        return 1
    return max(1, min(_MOST_WORKERS, len(os.sched_getaffinity(0)), items * 2 // _FEWEST_ITEMS))


def _start(function: Callable[[Item], Result], part: Sequence[Item]) -> ForkedChild:
    import pickle

    def work(pipe: BinaryIO) -> None:
        pickle.dump([function(item) for item in part], pipe, protocol=pickle.HIGHEST_PROTOCOL)

    return ForkedChild(work)


def _collect(child: ForkedChild) -> list[Any] | None:
    """Return the results of a process; None if it failed."""
    import pickle

    data = bytearray()
    while chunk := child.read():
        data += chunk
    if not child.end(kills=False):
        return None
    results: list[Any] = pickle.loads(data)  # noqa: S301 - our own child wrote it
    return results
