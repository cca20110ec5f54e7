"""The prompts of a client, for threads and for tasks."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import pytest
from basalt_cli import (
    Basalt,
)

from tests.client.shop import CountingSource
from tests.support import Repo


def test_thousand_cold_tasks_ask_once_and_do_not_stop_the_others(
    make: Callable[..., Basalt], source: CountingSource
) -> None:
    source.gate.clear()
    prompts = make().prompts

    async def open_the_gate() -> None:
        await asyncio.sleep(0.05)
        source.gate.set()

    async def all_at_once() -> int:
        opening = asyncio.create_task(open_the_gate())
        found = await asyncio.gather(*(prompts.get("greeting") for _ in range(1000)))
        await opening
        return len(found)

    assert asyncio.run(all_at_once()) == 1000
    assert len(source.asked) == 1


def test_a_task_that_stops_waiting_takes_nothing_from_the_others(
    make: Callable[..., Basalt], source: CountingSource
) -> None:
    source.seconds = 0.2
    prompts = make().prompts

    async def cancel_one() -> str:
        first = asyncio.create_task(prompts.get("greeting"))
        second = asyncio.create_task(prompts.get("greeting"))
        await asyncio.sleep(0.05)
        first.cancel()
        return (await second).text

    assert asyncio.run(cancel_one()) == "Hello {{ name }}"
    assert len(source.asked) == 1


def test_a_loop_may_be_closed_and_another_opened(make: Callable[..., Basalt], source: CountingSource) -> None:
    source.seconds = 0.2
    prompts = make().prompts

    async def leave_early() -> None:
        task = asyncio.ensure_future(prompts.get("greeting"))
        await asyncio.sleep(0.05)
        task.cancel()

    asyncio.run(leave_early())
    for slug in ("greeting", "plain", "greeting"):
        assert asyncio.run(prompts.get(slug)).slug == slug
    assert len(source.asked) == 2


def test_invalidating_forgets_one_prompt_exactly(make: Callable[..., Basalt], source: CountingSource) -> None:
    prompts = make().prompts
    for slug in ("greeting", "plain", "support/reply"):
        prompts.get_sync(slug)
        prompts.get_sync(slug, tag="staging")
    source.asked.clear()
    prompts.invalidate("greeting")
    for slug in ("greeting", "plain", "support/reply"):
        prompts.get_sync(slug)
        prompts.get_sync(slug, tag="staging")
    assert source.asked == [("greeting", "production"), ("greeting", "staging")]
    prompts.invalidate()
    prompts.get_sync("plain")
    assert len(source.asked) == 3


def test_a_prompt_is_fetched_if_no_thread_can_be_started(shop: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    client = Basalt(shop.path, cache=False, cache_ttl_seconds=0.05)

    def refuse(self: threading.Thread) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert asyncio.run(client.prompts.get("greeting")).text == "Hello {{ name }}"
    time.sleep(0.07)
    assert client.prompts.get_sync("greeting").source == "live"
