"""Files that only basalt reads and can always do without: JSON behind its own hash, written in one step."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

from basalt_cli import _version

_STALE_SECONDS = 3600


@cache
def describe_tools() -> tuple[str, ...]:
    """Describe what a remembered result depends on besides its input: our own code, and the installed packages."""
    own = os.path.dirname(_version.__file__)
    found = [_version.__version__, sys.version, own]
    for folder, _, names in os.walk(own):
        for name in sorted(name for name in names if name.endswith(".py")):
            state = os.stat(os.path.join(folder, name))
            found.append(f"{name} {state.st_mtime_ns} {state.st_size}")
    for folder in sys.path:
        if folder.endswith("-packages"):
            with contextlib.suppress(OSError):
                found.append(f"{folder} {os.stat(folder).st_mtime_ns}")
    return tuple(found)


def path_in_repository(common_dir: str, kind: str, *parts: str) -> Path:
    """Return where a repository's own folder has what is remembered of one kind, for our tools and some ``parts``."""
    name = hashlib.sha256("\0".join((*describe_tools(), *parts)).encode(errors="surrogateescape")).hexdigest()
    return Path(common_dir, "basalt", f"{kind}-{name[:24]}.json")


def read_sealed(path: Path) -> Any:
    """Return what a file holds; None where there is none, or where it is damaged."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        return json.loads(body) if hashlib.sha256(body).hexdigest().encode() == digest else None
    except (OSError, ValueError):
        return None


def write_sealed(path: Path, value: Any, *, most_files: int) -> None:
    """Write a file in one step; where that cannot be done, the work is done again next time.

    Of the files in the same folder that share its first word the oldest are deleted, above ``most_files``, and with
    them what writers that died left behind.
    """
    with contextlib.suppress(OSError):
        replace_sealed(path, value)
        sweep_sealed(path.parent, path.name.partition("-")[0], most_files)


def replace_sealed(path: Path, value: Any, *, is_durable: bool = False) -> None:
    """Write a file, for its owner alone, in one step; raise OSError where that cannot be done.

    A durable one is on the disk, and not just on its way there, before it takes the place of the old one.
    """
    import tempfile

    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(errors="surrogatepass")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name.partition('-')[0]}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def sweep_sealed(folder: Path, kind: str, most_files: int) -> None:
    """Delete the oldest files of a kind above a number, and what writers that died left behind."""
    kept = sorted(folder.glob(f"{kind}-*.json"), key=_find_time, reverse=True)
    stale = [path for path in folder.glob(f".{kind}-*") if 0 < _find_time(path) < time.time() - _STALE_SECONDS]
    for path in (*kept[most_files:], *stale):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _find_time(path: Path) -> float:
    """Return when a file was written; 0 for one that somebody else has just taken away."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0
