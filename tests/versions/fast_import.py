"""Build histories with ``git fast-import``: every shape of them, in one process and without a checkout."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import CONFIG, Repo


@dataclass
class Importer:
    """Collects commits; each is known by its number, and has the tree of its first parent with ``files`` over it.

    A file given as None is deleted; ``moves`` are renamed first, old path to new.
    """

    commits: list[str] = field(default_factory=list)
    branches: dict[str, int] = field(default_factory=dict)

    def commit(
        self,
        parents: Sequence[int] = (),
        files: Mapping[str, str | None] | None = None,
        moves: Mapping[str, str] | None = None,
    ) -> int:
        """Add a commit, and return its number."""
        number = len(self.commits) + 1
        text = f"commit refs/heads/made\nmark :{number}\ncommitter Ada <ada@example.com> {1_600_000_000 + number * 60} +0000\n"
        text += _data(f"Commit {number}")
        text += "".join(f"{'merge' if index else 'from'} :{parent}\n" for index, parent in enumerate(parents))
        if not parents:
            text = "reset refs/heads/made\n" + text
        for old, new in (moves or {}).items():
            text += f"R prompts/{old} prompts/{new}\n"
        for path, content in (files or {}).items():
            name = f"prompts/{path}"
            text += f"D {name}\n" if content is None else f"M 100644 inline {name}\n{_data(content)}"
        self.commits.append(text + "\n")
        return number

    def branch(self, name: str, number: int) -> None:
        """Let a branch end at a commit."""
        self.branches[name] = number

    def write(self, folder: Path) -> Repo:
        """Make a repository of it all."""
        folder.mkdir()
        repo = Repo(folder)
        repo.git("init", "--quiet", "--initial-branch=main")
        subprocess.run(
            ["git", "fast-import", "--quiet"], cwd=folder, input="".join(self._stream()).encode(), check=True
        )
        repo.git("update-ref", "-d", "refs/heads/made")
        repo.write("basalt.yaml", CONFIG)
        return repo

    def _stream(self) -> Iterator[str]:
        yield from self.commits
        for name, number in self.branches.items():
            yield f"reset refs/heads/{name}\nfrom :{number}\n\n"


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}\n"
