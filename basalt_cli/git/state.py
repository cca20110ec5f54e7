"""Read the state of a clone: locks, merges in progress, commit-graph, hooks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from basalt_cli.git.read import Repository

_MOST_LOCKS = 50


class Lock(NamedTuple):
    """A lock file of git and its age."""

    path: str
    age_seconds: int


def find_locks(repository: Repository) -> Iterator[Lock]:
    """Yield up to 50 lock files of git in the repository and its worktrees; basalt's own is not among them."""
    common = Path(repository.common_dir)
    now, found = time.time(), 0
    places = [common, *common.glob("worktrees/*")]
    candidates = [path for place in places for path in place.glob("*.lock") if path.name != "basalt.lock"]
    for path in (*candidates, *(common / "refs").rglob("*.lock")):
        if found < _MOST_LOCKS and path.is_file():
            found += 1
            yield Lock(str(path), int(now - path.stat().st_mtime))


def list_merge_heads(repository: Repository) -> list[str]:
    """Return the commits that a merge in progress merges; empty if there is none."""
    path = Path(repository.git_dir, "MERGE_HEAD")
    return path.read_text(encoding="ascii").split() if path.is_file() else []


def has_commit_graph(repository: Repository) -> bool:
    """Return whether the repository has a commit-graph."""
    info = Path(repository.common_dir, "objects", "info")
    return (info / "commit-graph").is_file() or (info / "commit-graphs" / "commit-graph-chain").is_file()


def has_hook(repository: Repository, name: str) -> bool:
    """Return whether the repository's own folder of hooks has a hook."""
    return Path(repository.common_dir, "hooks", name).is_file()
