"""List files as git has them: in the index, in a tree, or on disk with what is ignored left out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from basalt_cli.git.process import run_git
from basalt_cli.git.read import Repository


class ListedFile(NamedTuple):
    """A file by its path from the top of the repository: its mode as git writes it, and the object of its content."""

    path: str
    mode: str
    object_id: str


def list_in_index(repository: Repository, places: Sequence[str]) -> list[ListedFile]:
    """Return the files below some paths in the index; those in conflict are left out.

    Inside a hook it is the index that git is about to commit, which need not be the usual one.
    """
    arguments = ["ls-files", "--stage", "-z", "--", *places]
    # Git runs hooks at the top, and may name the index from there, wherever basalt -C went.
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
    """Return the files below some paths at a commit or in a tree."""
    found = []
    for line in repository.run("ls-tree", "-r", "-z", "--full-tree", tree, "--", *places).split("\0")[:-1]:
        head, _, path = line.partition("\t")
        mode, _, object_id = head.split(" ")
        found.append(ListedFile(path, mode, object_id))
    return found


def list_on_disk(repository: Repository, places: Sequence[str]) -> list[str]:
    """Return the paths of files below some paths that git tracks, or would; some may be gone from the disk."""
    arguments = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *places)
    return list(dict.fromkeys(repository.run(*arguments).split("\0")[:-1]))
