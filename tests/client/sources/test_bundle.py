"""Prompts of a bundle."""

from __future__ import annotations

import importlib.resources
import json
from pathlib import Path

import pytest
from basalt_cli import (
    Basalt,
    NetworkError,
    NotFoundError,
)

from tests.client.shop import gone, run
from tests.support import Repo


def test_a_roll_out_is_bundled_with_both_versions(rollout_bundle: Path) -> None:
    prompts = Basalt(rollout_bundle).prompts
    found = {prompts.get_sync("greeting", key=str(n)).variant for n in range(100)}
    assert found == {"current", "rollout"}
    assert prompts.get_sync("greeting").age_seconds >= 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is not a bundle"),
        (b"{}", "it is not a bundle"),
        (b"hello\nworld", "it is not a bundle"),
        (b'{"basalt_bundle": 2, "sha256": ""}\n', "it has format 2, and this release reads format 1"),
    ],
)
def test_a_file_that_is_no_bundle_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(data)
    with pytest.raises(NetworkError) as caught:
        Basalt(path).prompts.get_sync("greeting")
    assert caught.value.message == f"{path}: {words}"


def test_a_bundle_finds_no_version_by_a_word(shop: Repo, tmp_path: Path) -> None:
    run(shop, "bundle", "--env", "production", "-o", str(tmp_path / "b.json"))
    prompts = Basalt(tmp_path / "b.json").prompts
    with pytest.raises(NotFoundError, match="the bundle has no plain at 'vNone'"):
        prompts.get_sync("plain", "vNone")
    with pytest.raises(NotFoundError, match="the bundle has no prompt 'absent'"):
        prompts.get_sync("absent")


def test_a_bundle_without_its_parts_is_refused(tmp_path: Path) -> None:
    import hashlib

    head = {"basalt_bundle": 1, "sha256": hashlib.sha256(b"{}").hexdigest()}
    (tmp_path / "b.json").write_bytes(json.dumps(head).encode() + b"\n{}")
    with pytest.raises(NetworkError, match="it holds no prompts"):
        Basalt(tmp_path / "b.json").prompts.get_sync("greeting")


def test_a_bundle_ships_in_a_package(shop: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "__init__.py").touch()
    run(shop, "bundle", "--env", "production", "-o", str(tmp_path / "shipped" / "prompts.json"))
    monkeypatch.syspath_prepend(str(tmp_path))
    resource = importlib.resources.files("shipped") / "prompts.json"
    assert Basalt(resource).prompts.get_sync("plain").text == "No variables at all."
    with gone(shop.path):
        prompt = Basalt(shop.path, fallback=resource).prompts.get_sync("plain")
    assert prompt.source == "bundle"
