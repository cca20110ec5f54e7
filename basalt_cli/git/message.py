"""Clean the message of a commit in progress."""

from __future__ import annotations

import re

from basalt_cli.git.process import run_git
from basalt_cli.git.read import Repository

# `git commit --verbose` shows the diff below this line, and git drops both; it starts with core.commentChar.
_SCISSORS = re.compile(rb"^\S+ -+ >8 -+$", re.MULTILINE)


def clean_message(repository: Repository, data: bytes) -> str:
    """Return what git keeps of a message: no comments, and nothing from the scissors line on."""
    kept = _SCISSORS.split(data, maxsplit=1)[0]
    arguments = ["stripspace", "--strip-comments"]
    output = run_git(arguments, repository.folder, git_dir=repository.git_dir, data=kept)
    return output.decode(errors="replace")
