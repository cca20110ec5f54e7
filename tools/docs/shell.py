"""A shell that runs the commands of a page one after the other, as a reader would type them."""

from __future__ import annotations

import os
import select
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

_TIMEOUT_SECONDS = 120
_COLUMNS = "110"


class Outcome(NamedTuple):
    """What a command printed, standard error among it, and its exit code."""

    output: str
    exit_code: int


def build_environment(home: Path) -> dict[str, str]:
    """Return the environment of a reader: an empty home, a known person, basalt on the PATH, no terminal."""
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    person = {"NAME": "Ada", "EMAIL": "ada@example.com"}
    identity = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()}
    settings = {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "init.defaultBranch",
        "GIT_CONFIG_VALUE_0": "main",
        "GIT_CONFIG_KEY_1": "advice.detachedHead",
        "GIT_CONFIG_VALUE_1": "false",
        "GIT_PAGER": "cat",
        "COLUMNS": _COLUMNS,
        "PYTHONDONTWRITEBYTECODE": "1",
        # Standard output and standard error in the order of a terminal.
        "PYTHONUNBUFFERED": "1",
    }
    return {"LANG": "C.UTF-8", **kept, **identity, **settings, "PATH": tools, "HOME": str(home)}


class Shell:
    """One bash process; the working directory and variables last from command to command."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._end = f"--end-of-output-{os.getpid()}--"
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.run("set -o pipefail")

    def run(self, command: str) -> Outcome:
        """Run a command with no input; raise TimeoutError where it does not end."""
        assert self._process.stdin is not None
        script = f"{{ {command}\n}} </dev/null\n__code=$?; printf '\\n%s %s\\n' {self._end} $__code; (exit $__code)\n"
        self._process.stdin.write(script.encode())
        self._process.stdin.flush()
        text = self._read_to_end(command)
        output, _, rest = text.rpartition(f"\n{self._end} ")
        return Outcome(output, int(rest))

    def write_file(self, path: str, text: str) -> Outcome:
        """Write a file below the shell's working directory."""
        quoted = shlex.quote(path)
        return self.run(f"mkdir -p \"$(dirname {quoted})\" && printf '%s' {shlex.quote(text)} > {quoted}")

    def _read_to_end(self, command: str) -> str:
        assert self._process.stdout is not None
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        data = b""
        marker = f"\n{self._end} ".encode()
        while marker not in data or not data.endswith(b"\n"):
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(self._process.stdout.fileno(), 65536) if ready else b""
            if not chunk:
                raise TimeoutError(f"{command!r} did not end: {data.decode(errors='replace')[-500:]}")
            data += chunk
        return data.decode(errors="replace")

    def __enter__(self) -> Self:
        """Return the shell itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
