"""Replace a file atomically: a reader, and a process that dies, see the old content or the new one, never a part."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def replace_file(path: Path, data: bytes, *, mode: int | None = None, is_durable: bool = False) -> None:
    """Create a file or replace its content; a symbolic link at ``path`` is replaced, not followed.

    ``mode`` None keeps the permissions of the old file, 0644 for a new one. ``is_durable`` flushes the content to the
    disk before it becomes visible. Raises OSError, and leaves the old file as it was.
    """
    import tempfile

    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path))
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(temporary, mode if mode is not None else _read_mode(path))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def find_temporary_files(folder: Path, name: str) -> list[Path]:
    """Return the temporary files of ``replace_file`` in a folder, for files whose name matches a glob pattern."""
    return list(folder.glob(f".{name}.basalt-*"))


def sweep_beside(path: Path) -> None:
    """Delete the temporary files that killed processes left while they replaced a file."""
    import glob

    for left in find_temporary_files(path.parent, glob.escape(path.name)):
        left.unlink(missing_ok=True)


def _prefix(path: Path) -> str:
    return f".{path.name}.basalt-"


def _read_mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777 if path.exists() else 0o644
