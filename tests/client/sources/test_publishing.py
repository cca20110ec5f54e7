"""Promotions by the SDK."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli import (
    Basalt,
    ForbiddenError,
    NotFoundError,
)

from tests.client.shop import GREETING
from tests.support import Repo


def test_a_failed_gate_is_forbidden(any_client: Basalt, kind: str, shop: Repo, tmp_path: Path) -> None:
    if kind == "bundle":
        return
    shop.commit("Break", {"prompts/greeting.yaml": GREETING.replace("{{ name }}", "{{ nam }}")})
    if kind != "working":
        shop.git("push", "--quiet", str(tmp_path / "shop.git"), "main")
    with pytest.raises(ForbiddenError, match="lint") as caught:
        any_client.prompts.publish_sync("greeting", "production", version="latest")
    assert caught.value.status_code == 403
    with pytest.raises(NotFoundError, match="prodction"):
        any_client.prompts.publish_sync("greeting", "prodction", version="latest")
