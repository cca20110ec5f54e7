"""What the benchmarks share: a git identity of their own, the time of a command, and a history to measure."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

NAME, EMAIL = "Ada", "ada@example.com"


def set_identity() -> None:
    """Set the author and committer of all commits and tags, and hide the git configuration of the machine."""
    for role in ("AUTHOR", "COMMITTER"):
        os.environ |= {f"GIT_{role}_NAME": NAME, f"GIT_{role}_EMAIL": EMAIL}
    os.environ |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


def time_command(command: Sequence[str], folder: Path) -> float:
    """Return the seconds that a command takes in a folder; raise CalledProcessError if it fails."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def path_of(number: int) -> str:
    """Return the path of the prompt of a number: prompts are spread over 20 folders."""
    return f"prompts/group{number % 20}/prompt{number}.yaml"


def format_commit(index: int, files: Mapping[str, str]) -> str:
    """Return a commit on main that writes some files, in the format of git fast-import."""
    head = f"commit refs/heads/main\ncommitter {NAME} <{EMAIL}> {1_600_000_000 + index * 60} +0000\n"
    body = "".join(f"M 100644 inline {path}\ndata {len(text)}\n{text}\n" for path, text in files.items())
    message = f"Change {index}"
    return f"{head}data {len(message)}\n{message}\n{body}\n"
