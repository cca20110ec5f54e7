"""Prompts of a repository on this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from basalt_cli import (
    Basalt,
)

from tests.client.shop import make_shop, run
from tests.support import Repo


def test_another_repository_in_the_same_place_is_another(shop: Repo) -> None:
    assert Basalt(shop.path).prompts.get_sync("greeting", "1.0.0").raw_text == "Hello {{ name }}"
    os.chdir(shop.path.parent)
    shutil.rmtree(shop.path)
    other = make_shop(shop.path)
    other.git("tag", "--force", "-a", "-m", "Another", "greeting@v1.0.0", "main")
    assert Basalt(shop.path).prompts.get_sync("greeting", "1.0.0").raw_text == "Hi {{ name }}"


def test_a_selector_may_be_any_git_revision(client: Basalt, shop: Repo) -> None:
    prompts = client.prompts
    assert prompts.get_sync("greeting", tag="latest").version == prompts.get_sync("greeting", "main").version
    assert prompts.get_sync("greeting", "~1").raw_text == "Hello {{ name }}"
    assert prompts.get_sync("greeting", tag="latest").version == shop.git("log", "-1", "--format=%H", "--", "prompts")


@pytest.mark.parametrize("kind", ["file", "tags"])
def test_a_cold_fetch_starts_three_processes_of_git(
    shop: Repo, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "tags":
        run(shop, "migrate", "deployments", "--to", "tags")
    log, shim = tmp_path / "log", tmp_path / "bin" / "git"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {shutil.which("git")} "$@"\n')
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}{os.pathsep}{os.environ['PATH']}")
    prompts = Basalt(shop.path, cache=False).prompts
    assert prompts.get_sync("greeting", variables={"name": "Ada"}).text == "Hello Ada"
    assert len(log.read_text().splitlines()) <= 3
    assert prompts.publish_sync("greeting", "production", tag="staging").id
    assert prompts.get_sync("greeting", variables={"name": "Ada"}).text == "Hi Ada"
