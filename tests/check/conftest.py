"""What several modules of tests of commands start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.check.shop import CALLER, POLICY, REPLY
from tests.cli.checking import Basalt
from tests.support import Repo, make_repo


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, basalt: Basalt) -> Repo:
    """A shop whose reply runs in production, and a branch of it."""
    files = {"basalt.yaml": POLICY, "prompts/partials/voice.md": "Be kind.\n", "prompts/support/reply.yaml": REPLY}
    files |= {"src/app.py": CALLER, "prompts/plain.yaml": "description: Says no more.\nprompt: Hello\n"}
    repo = make_repo(tmp_path / "shop", files)
    monkeypatch.chdir(repo.path)
    basalt("test", "--update")
    repo.commit("Snapshots")
    basalt("promote", "--all", "--to", "staging")
    basalt("promote", "--all", "--to", "production", "--yes")
    repo.git("switch", "--quiet", "--create", "branch")
    return repo
