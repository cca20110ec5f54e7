from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from basalt_cli import Basalt

from tests.client.shop import make_shop
from tests.support import Repo


@pytest.fixture(scope="session")
def made_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop, made once."""
    environment = {"GIT_CONFIG_NOSYSTEM": "1"} | {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.com"))
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        return make_shop(tmp_path_factory.mktemp("made") / "shop").path


@pytest.fixture
def shop(made_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A copy of the shop, and the working directory in it."""
    path = Path(shutil.copytree(made_shop, tmp_path / "shop"))
    monkeypatch.chdir(path)
    return Repo(path)


@pytest.fixture
def client(shop: Repo) -> Basalt:
    """A client of the shop."""
    return Basalt(shop.path)


def run_python(code: str, *arguments: str) -> Any:
    """Run code in a process of its own, and return what it prints as JSON."""
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)
