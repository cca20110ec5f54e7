"""The fixtures of the SDK's tests: requests and bundles are made of the same prompts."""

from __future__ import annotations

from tests.client.conftest import client, made_shop, rollout_bundle, shop

__all__ = ["client", "made_shop", "rollout_bundle", "shop"]
