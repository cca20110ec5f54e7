"""Run functions in a child process under limits of time, memory and output for each item of work.

On Linux the process is forked after the imports, which costs a few milliseconds. Where forking is not safe (other
threads run) or not possible (Windows), or cannot limit the address space (macOS), a fresh interpreter runs instead,
under the limits of time and output and, where the system has it, of CPU time.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO, TypeAlias

from basalt_cli.errors import LimitExceededError
from basalt_cli.model.json_value import Json
from basalt_cli.sandbox.child import Child, ForkedChild, SpawnedChild, can_fork

CPU_SECONDS = 1
WALL_SECONDS = 2.0
# The interpreter itself takes some 50 MB of address space; the rest is more than any prompt needs.
MEMORY_BYTES = 512 * 1024 * 1024
_INTERPRETER_BYTES = 64 * 1024 * 1024
# JSON may take twelve bytes for one of the 1,048,576 characters that a rendering may have.
OUTPUT_BYTES = 13 * 1024 * 1024
# Many items, each within its own limits, must not add up to an hour.
ALL_SECONDS = 60.0
_SECONDS_PER_ITEM = 0.1

_CHILD = "import sys; from basalt_cli.sandbox.bounded import run_child; run_child(sys.argv[1], sys.argv[2])"

Answer: TypeAlias = dict[str, Json]
Work: TypeAlias = Callable[[Any, Sequence[Any]], Iterator[Answer]]
"""A generator function of a module: from what all items share, and the items, to an answer for each; all plain JSON."""


def run_bounded(work: Work, shared: Any, item: Any) -> Answer:
    """Return the answer to one item; raise LimitExceededError if it exceeds a limit."""
    (answer,) = run_each(work, shared, [item])
    if isinstance(answer, LimitExceededError):
        raise answer
    return answer


def run_each(
    work: Work, shared: Any, items: Sequence[Any], what: str = "the template"
) -> list[Answer | LimitExceededError]:
    """Return the answer to each item in order, or the limit that it exceeded; ``what`` names an item in the error.

    One process serves all items, and after an item that exceeds a limit another one serves the rest. All items together
    have ``ALL_SECONDS``, or 0.1 seconds each if that is more; those that are left then are not run. An exception in
    ``work`` is a bug, and raised here as RuntimeError.
    """
    answers: list[Answer | LimitExceededError] = []
    most_seconds = max(ALL_SECONDS, _SECONDS_PER_ITEM * len(items))
    deadline = time.monotonic() + most_seconds
    while len(answers) < len(items):
        if answers and time.monotonic() >= deadline:
            hint = "Make the slow cases faster, or split the cases among several prompts."
            late = LimitExceededError(f"not run: the cases before it took {most_seconds:g} seconds", hint=hint)
            answers += [late] * (len(items) - len(answers))
        else:
            answers += _serve(work, shared, items[len(answers) :], deadline, what)
    return answers


def _serve(
    work: Work, shared: Any, items: Sequence[Any], deadline: float, what: str
) -> Iterator[Answer | LimitExceededError]:
    """Yield answers of one process: to at least one item, and up to the first that exceeds a limit."""
    child = _start(work, shared, items)
    lines = _LineReader(child)
    seconds = WALL_SECONDS + child.startup_seconds
    try:
        for _ in items:
            answer = _parse(lines.read(seconds), what)
            yield answer
            if isinstance(answer, LimitExceededError) or time.monotonic() >= deadline:
                return
            seconds = WALL_SECONDS
    finally:
        child.end(kills=True)


def _start(work: Work, shared: Any, items: Sequence[Any]) -> Child:
    if can_fork():
        return ForkedChild(lambda pipe: _answer_items(work, shared, items, pipe))
    # -P: the working directory, which may hold files of others, is not searched for modules.
    command = [sys.executable, "-P", "-c", _CHILD, work.__module__, work.__qualname__]
    return SpawnedChild(command, json.dumps([shared, items]).encode())


class _LineReader:
    """Reads the lines that a child writes, one for each item."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._rest = b""

    def read(self, seconds: float) -> bytes | None:
        """Return the next line; None if it takes too long, is too long, or the process died before its end."""
        chunks = [self._rest]
        size = len(self._rest)
        deadline = time.monotonic() + seconds
        while b"\n" not in chunks[-1]:
            chunk = self._child.read(deadline - time.monotonic())
            size += len(chunk or b"")
            if not chunk or size > OUTPUT_BYTES:
                return None
            chunks.append(chunk)
        line, _, self._rest = b"".join(chunks).partition(b"\n")
        return line


def _parse(line: bytes | None, what: str) -> Answer | LimitExceededError:
    if line is None:
        limits = f"{WALL_SECONDS:g} seconds, {MEMORY_BYTES >> 20} MiB or {OUTPUT_BYTES >> 20} MiB of output"
        return _exceeded(what, limits)
    outcome = json.loads(line)
    if "bug" in outcome:
        raise RuntimeError(outcome["bug"])
    if "memory" in outcome:
        return _exceeded(what, f"{MEMORY_BYTES >> 20} MiB of memory")
    result: Answer = outcome["result"]
    return result


def _exceeded(what: str, limits: str) -> LimitExceededError:
    hint = "Look for a loop, a repetition or an include that multiplies; split very long values."
    return LimitExceededError(f"{what} needs more than {limits}", hint=hint)


def run_child(module: str, name: str) -> None:
    """Answer the items on standard input: the child's side of a spawned process."""
    import importlib

    shared, items = json.loads(sys.stdin.buffer.read())
    _answer_items(getattr(importlib.import_module(module), name), shared, items, sys.stdout.buffer)


def _answer_items(work: Work, shared: Any, items: Sequence[Any], pipe: BinaryIO) -> None:
    """Write a line for each item; the child's side. Ends early where memory ran out, which others would suffer from."""
    _limit_memory()
    answers = work(shared, items)
    for _ in items:
        _limit_cpu()
        outcome = _next_outcome(answers)
        pipe.write(json.dumps(outcome).encode() + b"\n")
        pipe.flush()
        if "result" not in outcome:
            return


def _next_outcome(answers: Iterator[Answer]) -> dict[str, Any]:
    try:
        return {"result": next(answers)}
    except MemoryError:
        return {"memory": True}
    except Exception:  # noqa: BLE001 - it is sent to the parent, which raises it there
        import traceback

        return {"bug": traceback.format_exc()}


def _limit_memory() -> None:
    # Windows has no such limits; the parent's limits of time and output remain.
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux":
            most = max(MEMORY_BYTES, _count_reserved_bytes() + MEMORY_BYTES - _INTERPRETER_BYTES)
            resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit_cpu() -> None:
    """Give the process its CPU time anew, for the next item; the system ends it when that is used up."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)


def _count_reserved_bytes() -> int:
    """Return the address space that is reserved already: much after many threads, and hardly used."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
