"""The prompt that is bound to a thread or task."""

from __future__ import annotations

import asyncio
import sys
import types

import pytest
from basalt_cli import Basalt, Prompt, current_prompt


def test_a_prompt_is_bound_in_its_thread_or_task(prompt: Prompt, client: Basalt) -> None:
    plain = client.prompts.get_sync("plain")
    assert current_prompt() is None
    with prompt as bound:
        assert bound is prompt
        found = current_prompt()
        assert found is not None
        assert (found.slug, found.version, found.tag) == ("greeting", prompt.version, "production")
        with plain, prompt:
            inner = current_prompt()
            assert inner is not None
            assert inner.outer is not None
            assert (inner.slug, inner.outer.slug) == ("greeting", "plain")
        assert current_prompt() == found
    assert current_prompt() is None

    async def work(one: Prompt) -> str:
        async with one:
            await asyncio.sleep(0.01)
            bound = current_prompt()
            assert bound is not None
            return bound.slug

    async def both() -> tuple[str, ...]:
        return tuple(await asyncio.gather(work(prompt), work(plain), work(prompt)))

    assert asyncio.run(both()) == ("greeting", "plain", "greeting")


def test_a_bound_prompt_is_named_on_the_current_span(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    attributes: dict[str, str] = {}
    trace = types.ModuleType("opentelemetry.trace")
    span = types.SimpleNamespace(set_attribute=attributes.__setitem__)
    trace.get_current_span = lambda: span  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", trace)
    with prompt:
        pass
    assert attributes == {"gen_ai.prompt.name": "greeting", "gen_ai.prompt.version": prompt.version}
