"""Read the message of a commit that is about to be made."""

from __future__ import annotations

import re

from basalt_cli.git.process import run_git
from basalt_cli.git.read import Repository

# Below it `git commit --verbose` shows the change, and git cuts it off; the first character is core.commentChar.
_SCISSORS = re.compile(rb"^\S+ -+ >8 -+$", re.MULTILINE)


def clean_message(repository: Repository, data: bytes) -> str:
    """Return what git will keep of a message: no comments, and nothing that stands below the scissors."""
    kept = _SCISSORS.split(data, maxsplit=1)[0]
    arguments = ["stripspace", "--strip-comments"]
    output = run_git(arguments, repository.folder, git_dir=repository.git_dir, data=kept)
    return output.decode(errors="replace")
