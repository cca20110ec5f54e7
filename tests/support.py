"""Real repositories in temporary folders, and the command line as a function."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROMPT = """\
variables: {name: string}
prompt: Hello {{ name }}
"""

CONFIG = """\
format: 1
trunk: main
environments:
  staging: {}
  production: {from: staging, require: [lint, merged]}
"""


@dataclass(frozen=True)
class Repo:
    """A git repository with a work tree."""

    path: Path

    def git(self, *arguments: str, check: bool = True) -> str:
        """Run git and return its output without the last line break."""
        result = subprocess.run(["git", *arguments], cwd=self.path, capture_output=True, text=True, check=False)
        if check and result.returncode:
            message = f"git {arguments}: {result.stderr}"
            raise AssertionError(message)
        return result.stdout.rstrip("\n")

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file below the work tree."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def commit(self, message: str, files: dict[str, str] | None = None) -> str:
        """Write files, commit everything, and return the commit."""
        for name, text in (files or {}).items():
            self.write(name, text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.head

    @property
    def head(self) -> str:
        """Return the commit at HEAD."""
        return self.git("rev-parse", "HEAD")

    def read(self, name: str) -> str:
        """Return the text of a file of the work tree."""
        return (self.path / name).read_text(encoding="utf-8")


def make_repo(path: Path, files: dict[str, str] | None = None) -> Repo:
    """Make a repository on main with a first commit of ``files``, basalt.yaml among them."""
    path.mkdir(parents=True, exist_ok=True)
    repo = Repo(path)
    repo.git("init", "--quiet", "--initial-branch=main")
    repo.commit("Start", {"basalt.yaml": CONFIG, "deployments.yaml": "format: 1\nenvironments: {}\n", **(files or {})})
    return repo


def clean_home(home: Path) -> dict[str, str]:
    """Return an environment with an empty home folder and a known person."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "XDG_"))}
    person = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com"}
    committer = {"GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com"}
    return {**kept, **person, **committer, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"}
