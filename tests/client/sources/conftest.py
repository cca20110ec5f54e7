"""Clients of each kind of source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from basalt_cli import (
    Basalt,
)

from tests.client.shop import run
from tests.support import Repo

KINDS = ("working", "bare", "url", "bundle")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def source(kind: str, shop: Repo, tmp_path: Path) -> Path | str:
    bare = tmp_path / "shop.git"
    if kind in ("bare", "url"):
        shop.git("clone", "--quiet", "--bare", str(shop.path), str(bare))
    if kind == "bundle":
        run(shop, "bundle", "--env", "production", "--env", "staging", "-o", str(tmp_path / "b.json"))
    found: dict[str, Path | str] = {"working": shop.path, "bare": bare, "url": f"file://{bare}"}
    return found.get(kind, tmp_path / "b.json")


@pytest.fixture
def any_client(source: Path | str) -> Iterator[Basalt]:
    with Basalt(source) as made:
        yield made
