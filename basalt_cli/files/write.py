"""Write a file in one step: it has its old content or the new one, and never a part."""

from __future__ import annotations

import glob
import os
import tempfile
from pathlib import Path


def _prefix(path: Path) -> str:
    return f".{path.name}.basalt-"


def sweep_beside(path: Path) -> None:
    """Delete what a process that died while it replaced a file has left beside it."""
    for left in path.parent.glob(f"{glob.escape(_prefix(path))}*"):
        left.unlink(missing_ok=True)


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file, or make it; its permissions stay."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path))
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        mode = path.stat().st_mode if path.exists() else 0o644
        os.chmod(temporary, mode & 0o7777)
        os.replace(temporary, path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
