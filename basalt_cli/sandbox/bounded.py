"""Run a function in a process of its own under limits of time, memory and output.

On Linux the process is forked after the imports, which costs a few milliseconds. Where forking is not safe (other
threads run) or not there (Windows), or has no address-space limit to set (macOS), a fresh interpreter runs instead,
under the time and output limits and, where the system has it, the CPU limit.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

from basalt_cli.errors import LimitExceededError
from basalt_cli.model.json_value import Json

CPU_SECONDS = 1
WALL_SECONDS = 2.0
# The interpreter itself takes some 50 MB of address space; a prompt that needs more than the rest is no prompt.
MEMORY_BYTES = 512 * 1024 * 1024
_INTERPRETER_BYTES = 64 * 1024 * 1024
# JSON may take twelve bytes for one of the 1,048,576 characters that a rendering may have.
OUTPUT_BYTES = 13 * 1024 * 1024

_CHILD = "import sys; from basalt_cli.sandbox.bounded import run_child; run_child(sys.argv[1], sys.argv[2])"


def run_bounded(function: Callable[[Any], dict[str, Json]], request: Any) -> dict[str, Json]:
    """Return ``function(request)``, both plain JSON; raise LimitExceededError when it takes too much.

    ``function`` must be a function of a module, and any exception that it does not catch itself counts as a bug.
    """
    answer = _run_forked(function, request) if _can_fork() else _run_spawned(function, request)
    if answer is None:
        raise _exceeded(f"{WALL_SECONDS:g} seconds, {MEMORY_BYTES >> 20} MiB or {OUTPUT_BYTES >> 20} MiB of output")
    result = json.loads(answer)
    if "bug" in result:
        raise RuntimeError(result["bug"])
    if "memory" in result:
        raise _exceeded(f"{MEMORY_BYTES >> 20} MiB of memory")
    found: dict[str, Json] = result["result"]
    return found


def _exceeded(what: str) -> LimitExceededError:
    hint = "Look for a loop, a repetition or an include that multiplies; split very long values."
    return LimitExceededError(f"the template needs more than {what}", hint=hint)


def _can_fork() -> bool:
    return sys.platform == "linux" and threading.active_count() == 1


def _run_forked(function: Callable[[Any], dict[str, Json]], request: Any) -> bytes | None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run_and_exit(function, request, writing)
    os.close(writing)
    try:
        answer = _receive(reading, time.monotonic() + WALL_SECONDS)
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    # The answer is whole only if the child has closed its end after its last byte; a child that dies leaves a stump.
    return answer if answer is not None and answer.endswith(b"\n") else None


def _receive(reading: int, deadline: float) -> bytes | None:
    chunks: list[bytes] = []
    total = 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            return None
        chunk = os.read(reading, 65536)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        total += len(chunk)
        if total > OUTPUT_BYTES:
            return None


def _run_and_exit(function: Callable[[Any], dict[str, Json]], request: Any, writing: int) -> NoReturn:
    """Run in the child: never return into the parent's code, never flush the parent's buffers."""
    try:
        _set_limits()
        data = _answer(function, request)
        view = memoryview(data)
        while view:
            view = view[os.write(writing, view) :]
    finally:
        os._exit(0)


def _answer(function: Callable[[Any], dict[str, Json]], request: Any) -> bytes:
    try:
        outcome: dict[str, Any] = {"result": function(request)}
    except MemoryError:
        outcome = {"memory": True}
    except Exception:  # noqa: BLE001 - it is handed to the parent, which raises it there
        import traceback

        outcome = {"bug": traceback.format_exc()}
    return json.dumps(outcome).encode() + b"\n"


def _set_limits() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    if sys.platform == "linux":
        most = max(MEMORY_BYTES, _count_reserved_bytes() + MEMORY_BYTES - _INTERPRETER_BYTES)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _count_reserved_bytes() -> int:
    """Return the address space that is reserved already: an application that had many threads has a lot, and no use."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _run_spawned(function: Callable[[Any], dict[str, Json]], request: Any) -> bytes | None:
    import subprocess

    # -P: the working directory, which may be a stranger's, is no place to import from.
    command = [sys.executable, "-P", "-c", _CHILD, function.__module__, function.__qualname__]
    try:
        # A fresh interpreter imports before it works, so it has that much longer.
        result = subprocess.run(
            command, input=json.dumps(request).encode(), capture_output=True, timeout=WALL_SECONDS + 1, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    if result.returncode > 0:
        raise RuntimeError(result.stderr.decode(errors="replace"))
    return result.stdout if result.returncode == 0 and len(result.stdout) <= OUTPUT_BYTES else None


def run_child(module: str, name: str) -> None:
    """Serve one request from standard input; the other end of a spawned child."""
    import importlib

    function = getattr(importlib.import_module(module), name)
    request = json.loads(sys.stdin.buffer.read())
    # Windows has no such limits; the parent's timeout stands.
    with contextlib.suppress(ImportError):
        _set_limits()
    sys.stdout.buffer.write(_answer(function, request))
