"""The state of a clone."""

from __future__ import annotations

import os
import time
from pathlib import Path

from basalt_cli.git.state import find_locks, has_commit_graph, has_hook, list_merge_heads

from tests.git.repositories import found
from tests.support import Repo


def test_locks_of_git_are_found_with_their_age(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    names = ("index.lock", "refs/heads/main.lock", "worktrees/tree/index.lock", "packed-refs.lock")
    for name in (*names, "basalt.lock", "objects/x.lock"):
        path = repo.write(f".git/{name}", "")
        os.utime(path, (time.time() - 100, time.time() - 100))
    found_locks = {lock.path: lock.age_seconds for lock in find_locks(found(repo.path))}
    assert found_locks.keys() == {str(repo.path / ".git" / name) for name in names}
    assert all(100 <= age < 120 for age in found_locks.values())


def test_at_most_50_locks_are_found(repo: Repo) -> None:
    for number in range(60):
        repo.write(f".git/refs/heads/{number}.lock", "")
    assert len(list(find_locks(found(repo.path)))) == 50


def test_the_heads_of_a_merge_in_progress_are_listed(repo: Repo) -> None:
    assert list_merge_heads(found(repo.path)) == []
    repo.git("switch", "--quiet", "--create", "side")
    side = repo.commit("side", {"x": "1"})
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--no-commit", "--no-ff", "side")
    assert list_merge_heads(found(repo.path)) == [side]


def test_a_commit_graph_is_found_in_one_file_or_a_chain(repo: Repo) -> None:
    assert not has_commit_graph(found(repo.path))
    repo.git("commit-graph", "write", "--reachable")
    assert has_commit_graph(found(repo.path))
    (repo.path / ".git/objects/info/commit-graph").unlink()
    repo.git("commit-graph", "write", "--reachable", "--split")
    assert has_commit_graph(found(repo.path))


def test_a_hook_is_one_of_the_repository(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    repo.write(".git/hooks/pre-commit", "")
    assert has_hook(found(tmp_path / "tree"), "pre-commit")
    assert not has_hook(found(repo.path), "commit-msg")
