"""Run functions in a child process under limits of time, memory and output for each item of work.

On Linux the process is forked after the imports, which costs a few milliseconds. Where other threads run, or on macOS,
which cannot limit the address space, a fresh interpreter runs instead, under the limits of time and output alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, BinaryIO, TypeAlias

from basalt_cli.errors import LimitExceededError
from basalt_cli.model.json_value import Json
from basalt_cli.sandbox.child import ForkedChild, can_fork

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
# The line of an item that runs out of memory; after it the process ends.
_NO_MEMORY = b"no memory"

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
    serve = _serve_forked if can_fork() else _serve_spawned
    answers: list[Answer | LimitExceededError] = []
    most_seconds = max(ALL_SECONDS, _SECONDS_PER_ITEM * len(items))
    deadline = time.monotonic() + most_seconds
    while len(answers) < len(items):
        if answers and time.monotonic() >= deadline:
            hint = "Make the slow cases faster, or split the cases among several prompts."
            late = LimitExceededError(f"not run: the cases before it took {most_seconds:g} seconds", hint=hint)
            answers += [late] * (len(items) - len(answers))
        else:
            with contextlib.closing(serve(work, shared, items[len(answers) :], deadline)) as lines:
                answers += [_parse(line, what) for line in lines]
    return answers


def _serve_forked(
    work: Work, shared: Any, items: Sequence[Any], deadline: float
) -> Generator[bytes | None, None, None]:
    """Yield the lines that a forked process writes for items, at least one; the last is None if it exceeds a limit."""
    child = ForkedChild(lambda pipe: _answer_items(work, shared, items, pipe))
    lines = _LineReader(child)
    try:
        for _ in items:
            line = lines.read(WALL_SECONDS)
            yield line
            if line in (None, _NO_MEMORY) or time.monotonic() >= deadline:
                return
    finally:
        child.end(kills=True)


def _serve_spawned(
    work: Work, shared: Any, items: Sequence[Any], _deadline: float
) -> Generator[bytes | None, None, None]:
    """Yield the lines that a fresh interpreter writes for items in the time of one; None if there are none.

    The next process starts with the item that this one did not finish, which exceeds a limit only if it fails again.
    """
    import subprocess

    # -P: the working directory, which may hold files of others, is not searched for modules.
    command = [sys.executable, "-P", "-c", _CHILD, work.__module__, work.__qualname__]
    data = json.dumps([shared, items]).encode()
    try:
        # Imports take up to a second.
        result = subprocess.run(command, input=data, capture_output=True, timeout=WALL_SECONDS + 1, check=False)
    except subprocess.TimeoutExpired as error:
        output = error.stdout or b""
    else:
        output = result.stdout
        if result.returncode > 0:
            raise RuntimeError(result.stderr.decode(errors="replace"))
    lines = output.split(b"\n")[:-1]
    yield from [line if len(line) <= OUTPUT_BYTES else None for line in lines] or [None]


class _LineReader:
    """Reads the lines that a child writes, one for each item."""

    def __init__(self, child: ForkedChild) -> None:
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
    if line == _NO_MEMORY:
        return _exceeded(what, f"{MEMORY_BYTES >> 20} MiB of memory")
    outcome = json.loads(line)
    if "bug" in outcome:
        raise RuntimeError(outcome["bug"])
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
    """Write a line for each item, up to one that runs out of memory: the child's side."""
    _limit_memory()
    answers = work(shared, items)
    for _ in items:
        _limit_cpu()
        line = _next_line(answers)
        pipe.write(line + b"\n")
        pipe.flush()
        if line == _NO_MEMORY:
            return


def _next_line(answers: Iterator[Answer]) -> bytes:
    try:
        return json.dumps({"result": next(answers)}).encode()
    except MemoryError:
        return _NO_MEMORY
    except Exception:  # noqa: BLE001 - it is sent to the parent, which raises it there
        import traceback

        return json.dumps({"bug": traceback.format_exc()}).encode()


def _limit_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        most = max(MEMORY_BYTES, _count_reserved_bytes() + MEMORY_BYTES - _INTERPRETER_BYTES)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _limit_cpu() -> None:
    """Start the CPU time of the next item; the system ends the process when it is used up."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)


def _count_reserved_bytes() -> int:
    """Return the address space that is reserved already: much after many threads, and hardly used."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
