"""A git that notes each of its processes, and each object that is asked of ``git cat-file --batch``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

SHIM = """\
#!/bin/sh
echo "$*" >> '{folder}/processes'
case "$*" in
  *"cat-file --batch") tee -a '{folder}/objects' | '{git}' "$@" ;;
  *) exec '{git}' "$@" ;;
esac
"""


class GitWatch:
    """Counts what git was asked since the last ``reset``."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        git = shutil.which("git")
        assert git is not None
        self._folder = folder
        folder.mkdir()
        shim = folder / "git"
        shim.write_text(SHIM.format(folder=folder, git=git), encoding="ascii")
        shim.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def reset(self) -> None:
        for name in ("processes", "objects"):
            (self._folder / name).unlink(missing_ok=True)

    @property
    def processes(self) -> list[str]:
        """The command lines, in order."""
        return self._read("processes")

    @property
    def objects(self) -> list[str]:
        """The names of objects that were asked for, in order."""
        return self._read("objects")

    def _read(self, name: str) -> list[str]:
        path = self._folder / name
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.fixture
def git_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitWatch:
    """A watch on every git process that the test starts from here on."""
    return GitWatch(tmp_path / "watch", monkeypatch)
