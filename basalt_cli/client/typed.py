"""The functions that modules of ``basalt codegen`` call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from basalt_cli.client.basalt import Basalt
from basalt_cli.client.prompt import Prompt


class At(NamedTuple):
    """The arguments of ``get`` beside slug and variables: tag, version, the key for a roll-out, and the cache."""

    tag: str | None = None
    version: str | None = None
    key: str | None = None
    cache_enabled: bool = True


def fetch(basalt: Basalt, at: At | None, slug: str, required: Mapping[str, Any], optional: Mapping[str, Any]) -> Prompt:
    """Return a rendered prompt; optional variables that are None are left out."""
    where = at or At()
    variables = _merge(required, optional)
    return basalt.prompts.get_sync(slug, where.version, where.tag, variables, where.cache_enabled, key=where.key)


async def fetch_async(
    basalt: Basalt, at: At | None, slug: str, required: Mapping[str, Any], optional: Mapping[str, Any]
) -> Prompt:
    """Return a rendered prompt as ``fetch`` does, without blocking the event loop."""
    where = at or At()
    variables = _merge(required, optional)
    return await basalt.prompts.get(slug, where.version, where.tag, variables, where.cache_enabled, key=where.key)


def _merge(required: Mapping[str, Any], optional: Mapping[str, Any]) -> dict[str, Any]:
    return {**required, **{name: value for name, value in optional.items() if value is not None}}
