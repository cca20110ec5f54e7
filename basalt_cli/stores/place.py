"""Where basalt remembers: in a repository's own folder or the user's cache, never in a tree that a branch can write."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from basalt_cli import _version

_FOLDER = "basalt"


def in_repository(common_dir: str) -> Path:
    """Return the folder in a repository's common git directory: it belongs to all worktrees."""
    return Path(common_dir, _FOLDER)


def find_folder(root: Path) -> Path | None:
    """Return the folder for a project, by files alone, without starting git; None where nothing may be remembered.

    ``root`` is the project's folder, resolved. Where git might see another repository than is seen here, the answer is
    None.
    """
    for folder in (root, *root.parents):
        if os.path.lexists(folder / ".git"):
            common_dir = _find_common_dir(folder / ".git")
            return in_repository(str(common_dir)) if common_dir is not None else None
    cache_folder = find_cache_folder()
    # A home folder inside the project would be a part of its tree.
    if not cache_folder.is_absolute() or cache_folder.resolve().is_relative_to(root):
        return None
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:24]
    return cache_folder / f"project-{name}"


def find_cache_folder() -> Path:
    """Return the user's folder for caches: ``BASALT_CACHE_DIR``, else ``basalt`` below the system's own."""
    own = os.environ.get("BASALT_CACHE_DIR")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), _FOLDER)


def is_safe(folder: Path) -> bool:
    """Say whether a folder is one of the user's own, and not a symbolic link; an absent one will be."""
    try:
        state = folder.lstat()
    except OSError:
        return True
    return stat.S_ISDIR(state.st_mode) and (not hasattr(os, "getuid") or state.st_uid == os.getuid())


def _find_common_dir(git: Path) -> Path | None:
    """Return the common git directory that ``.git`` (a folder, or a file of a worktree or submodule) leads to."""
    with contextlib.suppress(OSError, ValueError):
        if stat.S_ISREG(git.lstat().st_mode):
            kind, _, target = git.read_text(encoding="utf-8").rstrip("\n").partition(": ")
            if kind != "gitdir":
                return None
            git = git.parent / target
        elif not stat.S_ISDIR(git.lstat().st_mode):
            return None
        common = git / "commondir"
        found = git / common.read_text(encoding="utf-8").rstrip("\n") if common.is_file() else git
        if (git / "HEAD").is_file() and (found / "objects").is_dir() and (found / "refs").is_dir():
            return found.resolve()
    return None


@cache
def describe_tools() -> tuple[str, ...]:
    """Describe what a result depends on besides its input: Python, basalt's own source, and the installed packages."""
    own = os.path.dirname(_version.__file__)
    found = [_version.__version__, sys.version, own, *sorted(_describe_sources(own))]
    for folder in sys.path:
        if folder.endswith("-packages"):
            with contextlib.suppress(OSError):
                found.append(f"{folder} {os.stat(folder).st_mtime_ns}")
    return tuple(found)


def _describe_sources(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.name.endswith(".py"):
            state = entry.stat()
            yield f"{entry.path} {state.st_mtime_ns} {state.st_size}"
        elif entry.name != "__pycache__" and entry.is_dir():
            yield from _describe_sources(entry.path)
