"""Run a check of the user's own, as the trunk's policy names it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from basalt_cli.git.process import clean_environment

_LONGEST_SECONDS = 600


def run_check(command: Sequence[str], folder: str, data: bytes) -> tuple[bool, str]:
    """Run a command with ``data`` on its standard input; return whether it exits with 0, and its last line of output.

    It has ten minutes, and no variables that git sets inside hooks.
    """
    try:
        result = subprocess.run(
            command, cwd=folder, env=clean_environment(), input=data, capture_output=True, check=False,
            timeout=_LONGEST_SECONDS,
        )  # fmt: skip
    except OSError as error:
        return False, f"{command[0]} cannot be run: {error.strerror}"
    except subprocess.TimeoutExpired:
        return False, f"{command[0]} was stopped after {_LONGEST_SECONDS} seconds"
    output = (result.stdout if result.returncode == 0 else result.stderr or result.stdout).decode(errors="replace")
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    last_line = f": {lines[-1]}" if lines else ""
    return result.returncode == 0, f"{command[0]} exited with {result.returncode}{last_line}"
