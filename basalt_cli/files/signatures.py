"""What files look like from outside, to tell which ones may have changed without reading them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TypeAlias

# A file that was written so recently may be written again without looking different.
_RACY_SECONDS = 2.0

UNTRUSTED = "untrusted"
Look: TypeAlias = list[int] | str
"""Times of change (content, inode; nanoseconds), size and inode; ``link`` for what is not a file of its own."""


def look_below(folder: str) -> dict[str, Look]:
    """Return what each file below a folder looks like, by path from there; links are not followed."""
    return dict(_look(folder, ""))


def _look(folder: str, prefix: str) -> Iterator[tuple[str, Look]]:
    with contextlib.suppress(FileNotFoundError):
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                yield from _look(entry.path, f"{prefix}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                state = entry.stat(follow_symlinks=False)
                yield prefix + entry.name, [state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino]
            else:
                yield prefix + entry.name, "link"


def trust(look: Look, now: float) -> Look:
    """Return a look that will change when the file does; one that equals no look for a file only just written."""
    if isinstance(look, str):
        return look
    return look if max(look[0], look[1]) < (now - _RACY_SECONDS) * 1e9 else UNTRUSTED
