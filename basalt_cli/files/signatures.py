"""Stat signatures of files: they show which files may have changed without reading them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import TypeAlias

# A file modified more recently than this can be modified again without a change of its times (git's racy index rule).
_RACY_SECONDS = 2.0

UNTRUSTED = "untrusted"
"""The signature to remember of a file that may change without a trace in its signature: it equals no file's."""

Signature: TypeAlias = list[int] | str
"""Modification and change time (nanoseconds), size and inode of a regular file; ``link`` for any other entry."""


def read_signatures(folder: str) -> dict[str, Signature]:
    """Return the signature of each file below a folder, by its path from there; symbolic links are not followed."""
    return dict(_read(folder, ""))


def _read(folder: str, prefix: str) -> Iterator[tuple[str, Signature]]:
    with contextlib.suppress(FileNotFoundError):
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                yield from _read(entry.path, f"{prefix}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                state = entry.stat(follow_symlinks=False)
                yield prefix + entry.name, [state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino]
            else:
                yield prefix + entry.name, "link"


def trust(signature: Signature, now: float) -> Signature:
    """Return the signature, or UNTRUSTED for a file modified in the last 2 seconds before ``now`` (racy index rule)."""
    if isinstance(signature, str):
        return signature
    return signature if max(signature[0], signature[1]) < (now - _RACY_SECONDS) * 1e9 else UNTRUSTED
