from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from basalt_cli import (
    Basalt,
    Prompt,
)

from tests.client.shop import CountingSource, Heard, make_shop, run
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


@pytest.fixture
def source(shop: Repo) -> CountingSource:
    return CountingSource(shop)


@pytest.fixture
def make(source: CountingSource) -> Iterator[Callable[..., Basalt]]:
    made: list[Basalt] = []

    def build(**settings: Any) -> Basalt:
        made.append(Basalt(source, **{"cache": False, **settings}))
        return made[-1]

    yield build
    for client in made:
        client.shutdown()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def bundle(shop: Repo, tmp_path: Path) -> Path:
    run(shop, "bundle", "--env", "production", "-o", str(tmp_path / "b.json"))
    return tmp_path / "b.json"


@pytest.fixture
def remote(shop: Repo, tmp_path: Path) -> Path:
    shop.git("clone", "--quiet", "--bare", str(shop.path), str(tmp_path / "shop.git"))
    return tmp_path / "shop.git"


@pytest.fixture
def prompt(client: Basalt) -> Prompt:
    return client.prompts.get_sync("greeting", variables={"name": "Ada"})


@pytest.fixture
def rollout_bundle(shop: Repo, tmp_path: Path) -> Path:
    """A bundle of production and staging, in which greeting is rolled out to 20 % of production."""
    run(shop, "promote", "greeting", "--to", "production", "--from", "staging", "--percent", "20", "--yes")
    run(shop, "bundle", "--env", "production", "--env", "staging", "-o", str(tmp_path / "b.json"))
    return tmp_path / "b.json"
