"""List files in the index, in a tree, or on disk without ignored ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from basalt_cli.git.process import run_git
from basalt_cli.git.read import Repository


class ListedFile(NamedTuple):
    """A file: path from the top of the repository, mode as git writes it (``100644``), and id of the blob."""

    path: str
    mode: str
    object_id: str


def list_in_index(repository: Repository, places: Sequence[str]) -> list[ListedFile]:
    """Return the files below some paths in the index, without those in conflict.

    Inside a hook this is the index that ``GIT_INDEX_FILE`` names: that of the commit in progress.
    """
    arguments = ["ls-files", "--stage", "-z", "--", *places]
    # git runs hooks at the top of the worktree, and a relative path starts there, whatever basalt -C says.
    named = os.environ.get("GIT_INDEX_FILE")
    index = os.path.join(repository.folder, named) if named else None
    output = run_git(arguments, repository.folder, git_dir=repository.git_dir, index=index)
    found = []
    for line in output.decode(errors="surrogateescape").split("\0")[:-1]:
        head, _, path = line.partition("\t")
        mode, object_id, stage = head.split(" ")
        if stage == "0":
            found.append(ListedFile(path, mode, object_id))
    return found


def list_in_tree(repository: Repository, tree: str, places: Sequence[str]) -> list[ListedFile]:
    """Return the files below some paths in the tree of a commit, or in a tree."""
    found = []
    for line in repository.run("ls-tree", "-r", "-z", "--full-tree", tree, "--", *places).split("\0")[:-1]:
        head, _, path = line.partition("\t")
        mode, _, object_id = head.split(" ")
        found.append(ListedFile(path, mode, object_id))
    return found


def list_on_disk(repository: Repository, places: Sequence[str]) -> list[str]:
    """Return the paths below some paths of tracked files and of untracked ones that are not ignored.

    A tracked file that is deleted on disk is among them.
    """
    arguments = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *places)
    return list(dict.fromkeys(repository.run(*arguments).split("\0")[:-1]))
