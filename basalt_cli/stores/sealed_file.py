"""JSON files that carry a hash of their content: a damaged or renamed file reads as absent."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import time
from pathlib import Path
from typing import Any

from basalt_cli.files.write import find_temporary_files, replace_file
from basalt_cli.stores.codec import encode

_STALE_SECONDS = 3600
# Windows has neither; opening a pipe without the second would wait for a writer.
_NO_LINK_NO_WAIT = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def read_sealed(path: Path, identity: str) -> Any:
    """Return the JSON value of a file; None where it is absent, damaged, a symbolic link or of another identity.

    ``identity`` names what the value was computed from, as ``write_sealed`` was given it.
    """
    try:
        digest, _, body = _read_regular(path).partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return None
        sealed_for, value = json.loads(body)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return value if sealed_for == identity else None


def _read_regular(path: Path) -> bytes:
    """Return the content of a file; raise OSError for a symbolic link, a pipe or anything else."""
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _NO_LINK_NO_WAIT)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            message = f"{path} is not a regular file"
            raise OSError(message)
        return file.read()


def write_sealed(path: Path, identity: str, value: object, *, is_durable: bool = False) -> None:
    """Write a file with mode 0600 atomically, in a folder that is created with mode 0700; raise OSError on failure."""
    body = encode([identity, value])
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = hashlib.sha256(body).hexdigest().encode() + b"\n" + body
    replace_file(path, data, mode=0o600, is_durable=is_durable)


def sweep_sealed(folder: Path, kind: str, most_files: int) -> None:
    """Delete the oldest files ``KIND-*.json`` of a folder above a number, and temporary files of killed writers."""
    kept = sorted(folder.glob(f"{kind}-*.json"), key=_find_time, reverse=True)
    stale_before = time.time() - _STALE_SECONDS
    stale = [path for path in find_temporary_files(folder, f"{kind}-*") if _find_time(path) < stale_before]
    for path in (*kept[most_files:], *stale):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _find_time(path: Path) -> float:
    """Return when a file was written; 0 where another process has just deleted it."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0
