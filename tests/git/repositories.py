"""What the tests of git/ start from."""

from __future__ import annotations

from pathlib import Path

from basalt_cli.git.read import Repository, discover
from basalt_cli.git.worktrees import FileEdit
from basalt_cli.git.write import CommitEdit

from tests.support import Repo

DEPLOYMENTS = "format: 1\nenvironments: {}\n"


def found(path: Path) -> Repository:
    """Return the repository around a folder."""
    repository = discover(path)
    assert repository is not None
    return repository


def edit(repo: Repo, text: str = "new\n", path: str = "deployments.yaml") -> CommitEdit:
    """Return an edit of one file of main, which has the content that is committed there."""
    tip = repo.git("rev-parse", "main")
    has_file = repo.git("ls-tree", tip, "--", path) != ""
    old = (repo.git("show", f"{tip}:{path}") + "\n").encode() if has_file else None
    return CommitEdit(tip, (FileEdit(path, old, text.encode()),), "Subject\n\nBody\n")
