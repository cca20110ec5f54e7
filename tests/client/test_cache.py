"""What is remembered, for how long, and by how many at once."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from basalt_cli import Basalt, NotFoundError
from basalt_cli.client.sources.repository import RepositorySource
from basalt_cli.delivery.answer import Answer

from tests.client.shop import GREETING, in_child, run, wait_until
from tests.support import Repo


class CountingSource(RepositorySource):
    """A repository that counts how often it is asked, and answers slowly when told to."""

    def __init__(self, repo: Repo) -> None:
        super().__init__(repo.path)
        self.asked: list[tuple[str, str]] = []
        self.seconds = 0.0
        self.gate = threading.Event()
        self.gate.set()
        self.threads: set[int] = set()

    def ask(self, slug: str, selector: str) -> Answer:
        self.asked.append((slug, selector))
        self.threads.add(threading.get_ident())
        time.sleep(self.seconds)
        assert self.gate.wait(10), "the event loop is blocked"
        return super().ask(slug, selector)


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


def test_within_its_time_nobody_is_asked_twice(make: Callable[..., Basalt], source: CountingSource) -> None:
    prompts = make().prompts
    ages = [prompts.get_sync("greeting").age_seconds for _ in range(5)]
    assert source.asked == [("greeting", "production")]
    assert ages == sorted(ages)
    prompts.get_sync("greeting", cache_enabled=False)
    assert len(source.asked) == 2


def test_what_is_overdue_is_handed_out_and_asked_anew_behind_the_scenes(
    make: Callable[..., Basalt], source: CountingSource, shop: Repo
) -> None:
    prompts = make(cache_ttl_seconds=0.3).prompts
    prompts.get_sync("greeting")
    run(shop, "promote", "greeting", "--to", "production", "--yes")
    time.sleep(0.35)
    found = prompts.get_sync("greeting")
    assert (found.source, found.raw_text, found.error) == ("stale", "Hello {{ name }}", None)
    assert found.age_seconds >= 0.3
    wait_until(lambda: len(source.asked) == 2 and prompts.get_sync("greeting").raw_text == "Hi {{ name }}")
    assert threading.get_ident() in source.threads
    assert len(source.threads) == 2


def test_a_refresh_that_comes_after_another_one_asks_nothing(
    make: Callable[..., Basalt], source: CountingSource
) -> None:
    client = make(cache_ttl_seconds=60)
    for slug in ("greeting", "plain"):
        client.prompts.get_sync(slug)
    # A call that found the entry stale may submit it when the refresh for another call has just ended.
    client._fetcher.refresher.submit(("greeting", None, None))
    client._fetcher.memory.answers["plain", None, None].fresh_until = 0
    client._fetcher.refresher.submit(("plain", None, None))
    wait_until(lambda: source.asked.count(("plain", "production")) == 2)
    assert source.asked.count(("greeting", "production")) == 1


def test_what_is_long_overdue_is_asked_for_at_once(
    make: Callable[..., Basalt], source: CountingSource, shop: Repo
) -> None:
    prompts = make(cache_ttl_seconds=0.05).prompts
    prompts.get_sync("greeting")
    run(shop, "promote", "greeting", "--to", "production", "--yes")
    time.sleep(0.2)
    assert prompts.get_sync("greeting").raw_text == "Hi {{ name }}"
    assert source.threads == {threading.get_ident()}


def test_a_version_is_kept_for_ever(make: Callable[..., Basalt], source: CountingSource) -> None:
    prompts = make(cache_ttl_seconds=0).prompts
    for _ in range(3):
        prompts.get_sync("greeting", "1.0.0")
    assert source.asked == [("greeting", "1.0.0")]
    for _ in range(3):
        prompts.get_sync("greeting")
    assert len(source.asked) == 4


def test_a_prompt_that_is_taken_away_is_not_there_any_more(make: Callable[..., Basalt], shop: Repo) -> None:
    prompts = make(cache_ttl_seconds=0.2).prompts
    prompts.get_sync("plain")
    shop.write("deployments.yaml", "format: 1\nenvironments: {}\n")
    shop.commit("Take all away")
    time.sleep(0.25)
    with pytest.raises(NotFoundError):
        wait_until(lambda: prompts.get_sync("plain") is None)


def test_hundred_cold_threads_ask_once(make: Callable[..., Basalt], source: CountingSource) -> None:
    source.seconds = 0.3
    prompts = make().prompts
    with ThreadPoolExecutor(100) as pool:
        found = list(pool.map(lambda _: prompts.get_sync("greeting"), range(100)))
    assert len(source.asked) == 1
    assert {prompt.text for prompt in found} == {"Hello {{ name }}"}


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


def test_everybody_who_waits_learns_of_the_failure_and_nobody_later(
    make: Callable[..., Basalt], source: CountingSource, shop: Repo
) -> None:
    source.seconds = 0.2
    prompts = make().prompts
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(prompts.get_sync, "new") for _ in range(20)]
        assert all(isinstance(found.exception(), NotFoundError) for found in waiting)
    assert len(source.asked) == 1
    shop.commit("New", {"prompts/new.yaml": "prompt: new\n"})
    run(shop, "promote", "new", "--to", "staging")
    run(shop, "promote", "new", "--to", "production", "--yes")
    assert prompts.get_sync("new").text == "new"


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


def test_what_is_being_asked_while_it_is_invalidated_is_not_kept(
    make: Callable[..., Basalt], source: CountingSource
) -> None:
    source.seconds = 0.2
    prompts = make().prompts
    thread = threading.Thread(target=prompts.get_sync, args=("greeting",))
    thread.start()
    wait_until(lambda: len(source.asked) == 1)
    prompts.invalidate("greeting")
    thread.join()
    prompts.get_sync("greeting")
    assert len(source.asked) == 2


def test_the_least_recently_used_is_forgotten(make: Callable[..., Basalt], source: CountingSource) -> None:
    prompts = make(cache_size=2).prompts
    for slug in ("greeting", "plain", "greeting", "support/reply", "greeting"):
        prompts.get_sync(slug)
    assert [slug for slug, _ in source.asked] == ["greeting", "plain", "support/reply"]
    prompts.get_sync("plain")
    assert len(source.asked) == 4


def test_the_clock_on_the_wall_may_be_set_back(
    make: Callable[..., Basalt], source: CountingSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = make(cache_ttl_seconds=0.2).prompts
    now = time.time()
    prompts.get_sync("greeting")
    monkeypatch.setattr(time, "time", lambda: now - 100_000)
    assert prompts.get_sync("greeting").age_seconds < 1
    time.sleep(0.25)
    prompts.get_sync("greeting")
    wait_until(lambda: len(source.asked) == 2)


def kill_refresher() -> None:
    """End the thread that refreshes, as nothing but a bug would."""
    thread = next(found for found in threading.enumerate() if found.name == "basalt-refresher")
    assert thread.ident is not None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))


@pytest.mark.filterwarnings("ignore:Exception in thread basalt-refresher")
def test_a_refresher_that_dies_is_missed(
    make: Callable[..., Basalt], source: CountingSource, shop: Repo, caplog: pytest.LogCaptureFixture
) -> None:
    client = make(cache_ttl_seconds=0.1)
    prompts = client.prompts
    prompts.get_sync("greeting")
    time.sleep(0.12)
    prompts.get_sync("greeting")
    wait_until(lambda: len(source.asked) == 2)
    source.seconds = 0.3
    time.sleep(0.12)
    with caplog.at_level(logging.ERROR, "basalt_cli"):
        prompts.get_sync("greeting")
        wait_until(lambda: len(source.asked) == 3)
        kill_refresher()
        wait_until(lambda: not any(found.name == "basalt-refresher" for found in threading.enumerate()))
        source.seconds = 0
        client._fetcher.refresher.submit(("greeting", None, None))
        wait_until(lambda: len(source.asked) >= 4)
    assert "the thread that refreshes prompts ends" in caplog.messages
    assert "the thread that refreshes prompts died; a new one is started" in caplog.messages


def test_a_bug_in_a_refresh_does_not_end_the_refresher(
    make: Callable[..., Basalt],
    source: CountingSource,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    prompts = make(cache_ttl_seconds=0.2).prompts
    prompts.get_sync("greeting")
    real = source.ask
    monkeypatch.setattr(source, "ask", lambda *_: 1 / 0)
    time.sleep(0.22)
    with caplog.at_level(logging.ERROR, "basalt_cli"):
        assert prompts.get_sync("greeting").source == "stale"
        wait_until(lambda: "could not be refreshed" in caplog.text)
    monkeypatch.setattr(source, "ask", real)
    assert prompts.get_sync("greeting").text == "Hello {{ name }}"


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_it_can_be_forked_at_any_moment(make: Callable[..., Basalt], source: CountingSource, shop: Repo) -> None:
    prompts = make(cache_ttl_seconds=0.1).prompts
    prompts.get_sync("greeting")
    time.sleep(0.12)
    prompts.get_sync("greeting")
    source.seconds = 0.5
    # One thread is at the source, and holds its place, when the child comes into being.
    thread = threading.Thread(target=prompts.get_sync, args=("plain",))
    thread.start()
    wait_until(lambda: ("plain", "production") in source.asked)

    def work() -> bool:
        source.seconds = 0
        fresh = prompts.get_sync("plain").text == "No variables at all."
        time.sleep(0.12)
        count = source.asked.count(("greeting", "production"))
        prompts.get_sync("greeting")
        # The child has a refresher of its own, or asks itself.
        deadline = time.monotonic() + 5
        while source.asked.count(("greeting", "production")) == count and time.monotonic() < deadline:
            time.sleep(0.02)
        return fresh and source.asked.count(("greeting", "production")) > count

    assert in_child(work)
    thread.join()
    assert prompts.get_sync("plain").text == "No variables at all."


def fetch_elsewhere(name: str) -> str:
    assert WORKED_FOR is not None
    return WORKED_FOR.prompts.get_sync("greeting", variables={"name": name}).text


WORKED_FOR: Basalt | None = None


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_it_serves_the_workers_of_a_pool(make: Callable[..., Basalt], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "WORKED_FOR", make())
    fetch_elsewhere("Ada")
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert pool.map(fetch_elsewhere, ["Ada", "Grace"] * 8) == ["Hello Ada", "Hello Grace"] * 8


def test_a_template_is_compiled_once(make: Callable[..., Basalt], monkeypatch: pytest.MonkeyPatch, shop: Repo) -> None:
    from basalt_cli.format.template.rendering import Renderer

    compiled: list[str] = []
    real = Renderer._compile

    def count(self: Renderer, key: str) -> Any:
        compiled.append(key)
        return real(self, key)

    monkeypatch.setattr(Renderer, "_compile", count)
    shop.commit("New", {"prompts/greeting.yaml": GREETING.replace("Hello", "Good day")})
    prompts = make(cache_ttl_seconds=0).prompts
    for name in ("Ada", "Grace", "Ada"):
        assert prompts.get_sync("greeting", tag="latest", variables={"name": name}).text == f"Good day {name}"
    assert sorted(compiled) == ["messages[0].content", "messages[2].content"]
