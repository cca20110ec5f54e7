"""Answers from memory, the source, a copy or the fallback, each question asked once at a time."""

from __future__ import annotations

import logging
import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from basalt_cli import (
    BadRequestError,
    Basalt,
    NetworkError,
    NotFoundError,
    Prompt,
    SourceError,
)
from basalt_cli.client.sources.repository import RepositorySource

from tests.client.shop import CountingSource, Heard, gone, in_child, run, wait_until
from tests.support import Repo


def test_a_fresh_answer_is_not_asked_for_again(make: Callable[..., Basalt], source: CountingSource) -> None:
    prompts = make().prompts
    ages = [prompts.get_sync("greeting").age_seconds for _ in range(5)]
    assert source.asked == [("greeting", "production")]
    assert ages == sorted(ages)
    prompts.get_sync("greeting", cache_enabled=False)
    assert len(source.asked) == 2


def test_a_stale_answer_is_handed_out_and_refreshed_once_in_the_background(
    make: Callable[..., Basalt], source: CountingSource, shop: Repo
) -> None:
    client = make(cache_ttl_seconds=60)
    client.prompts.get_sync("greeting")
    run(shop, "promote", "greeting", "--to", "production", "--yes")
    client._fetcher.memory.answers["greeting", None, None].fresh_until = 0
    source.gate.clear()
    found = [client.prompts.get_sync("greeting") for _ in range(3)]
    wait_until(lambda: len(source.asked) == 2)
    # Calls while the refresh is under way get the old answer, and do not queue another refresh.
    found += [client.prompts.get_sync("greeting") for _ in range(3)]
    assert {(prompt.source, prompt.raw_text, prompt.error) for prompt in found} == {("stale", "Hello {{ name }}", None)}
    source.gate.set()
    wait_until(lambda: client.prompts.get_sync("greeting").raw_text == "Hi {{ name }}")
    client._fetcher.memory.answers["greeting", None, None].fresh_until = 0
    client.prompts.get_sync("greeting")
    wait_until(lambda: len(source.asked) == 3)
    assert threading.get_ident() in source.threads
    assert len(source.threads) == 2


def test_a_refresh_of_a_fresh_answer_asks_nothing(make: Callable[..., Basalt], source: CountingSource) -> None:
    client = make(cache_ttl_seconds=60)
    for slug in ("greeting", "plain"):
        client.prompts.get_sync(slug)
    # A call that found the entry stale may submit it when the refresh for another call has just ended.
    client._fetcher.refresher.submit(("greeting", None, None))
    client._fetcher.memory.answers["plain", None, None].fresh_until = 0
    client._fetcher.refresher.submit(("plain", None, None))
    wait_until(lambda: source.asked.count(("plain", "production")) == 2)
    assert source.asked.count(("greeting", "production")) == 1


def test_an_expired_answer_is_asked_for_at_once(
    make: Callable[..., Basalt], source: CountingSource, shop: Repo
) -> None:
    prompts = make(cache_ttl_seconds=0.05).prompts
    prompts.get_sync("greeting")
    run(shop, "promote", "greeting", "--to", "production", "--yes")
    time.sleep(0.2)
    assert prompts.get_sync("greeting").raw_text == "Hi {{ name }}"
    assert source.threads == {threading.get_ident()}


def test_a_version_does_not_expire(make: Callable[..., Basalt], source: CountingSource) -> None:
    prompts = make(cache_ttl_seconds=0).prompts
    for _ in range(3):
        prompts.get_sync("greeting", "1.0.0")
    assert source.asked == [("greeting", "1.0.0")]
    for _ in range(3):
        prompts.get_sync("greeting")
    assert len(source.asked) == 4


def test_a_removed_prompt_is_not_found_after_a_refresh(make: Callable[..., Basalt], shop: Repo) -> None:
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


def test_a_failure_reaches_all_waiting_callers_and_no_later_one(
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


def test_an_answer_to_an_invalidated_question_is_not_remembered(
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


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_client_works_after_a_fork_at_any_moment(
    make: Callable[..., Basalt], source: CountingSource, shop: Repo
) -> None:
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
def test_a_client_works_in_the_workers_of_a_pool(make: Callable[..., Basalt], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "WORKED_FOR", make())
    fetch_elsewhere("Ada")
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert pool.map(fetch_elsewhere, ["Ada", "Grace"] * 8) == ["Hello Ada", "Hello Grace"] * 8


def break_pack(repo: Repo) -> None:
    """Cut the only pack in half, as a full disk does."""
    repo.git("gc", "--quiet")
    (pack,) = (repo.path / ".git/objects/pack").glob("*.pack")
    data = pack.read_bytes()
    pack.chmod(0o644)
    pack.write_bytes(data[: len(data) // 2])


def test_an_outage_is_first_answered_from_memory(shop: Repo, heard: Heard, caplog: pytest.LogCaptureFixture) -> None:
    client = Basalt(shop.path, cache=False, cache_ttl_seconds=0.1, on_fallback=heard)
    prompts = client.prompts
    assert prompts.get_sync("greeting").source == "live"
    with gone(shop.path), caplog.at_level(logging.WARNING, "basalt_cli"):
        time.sleep(0.25)
        for _ in range(20):
            found = prompts.get_sync("greeting", variables={"name": "Ada"})
            assert (found.text, found.source) == ("Hello Ada", "stale")
        assert isinstance(found.error, SourceError)
        assert found.age_seconds >= 0.25
        assert heard == [("greeting", "stale", "SourceError")]
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        with pytest.raises(NetworkError):
            prompts.get_sync("plain")
    wait_until(lambda: prompts.get_sync("greeting").error is None)
    assert prompts.get_sync("greeting").source in ("live", "memory")
    assert "can be fetched again" in caplog.text
    client.shutdown()


def test_an_outage_is_answered_from_the_copy_of_another_process(shop: Repo, heard: Heard) -> None:
    Basalt(shop.path).prompts.get_sync("greeting")
    with gone(shop.path):
        found = Basalt(shop.path, on_fallback=heard).prompts.get_sync("greeting", variables={"name": "Ada"})
    assert (found.text, found.source, found.tag) == ("Hello Ada", "disk", "production")
    assert isinstance(found.error, SourceError)
    assert heard == [("greeting", "disk", "SourceError")]


def test_an_outage_without_a_copy_is_answered_from_the_bundle(shop: Repo, bundle: Path, heard: Heard) -> None:
    with gone(shop.path):
        client = Basalt(shop.path, fallback=bundle, on_fallback=heard)
        for _ in range(3):
            found = client.prompts.get_sync("greeting", variables={"name": "Ada"})
            assert (found.text, found.source) == ("Hello Ada", "bundle")
        with pytest.raises(NetworkError, match="the bundle has no greeting at 'staging'"):
            client.prompts.get_sync("greeting", tag="staging")
    assert heard == [("greeting", "bundle", "SourceError")]
    client.shutdown()


def test_an_outage_without_a_copy_is_answered_by_the_fallback_function(shop: Repo) -> None:
    asked: list[tuple[str, str | None, str | None]] = []
    kept: list[Prompt] = [Basalt(shop.path).prompts.get_sync("plain")]

    def fall_back(slug: str, version: str | None, tag: str | None) -> Any:
        asked.append((slug, version, tag))
        return {"greeting": {"variables": {"name": "string"}, "prompt": "Hi {{ name }}"}, "plain": kept[0]}.get(slug)

    client = Basalt(shop.path, fallback=fall_back, cache=False)
    assert client.prompts.get_sync("greeting", variables={"name": "Ada"}).text == "Hello Ada"
    assert asked == []
    client.prompts.invalidate()
    with gone(shop.path):
        found = client.prompts.get_sync("greeting", tag="production", variables={"name": "Ada"})
        assert (found.text, found.source, found.version) == ("Hi Ada", "fallback", "fallback")
        assert client.prompts.get_sync("plain").text == "No variables at all."
        with pytest.raises(NetworkError):
            client.prompts.get_sync("nothing")
    assert asked == [("greeting", None, "production"), ("plain", None, None), ("nothing", None, None)]
    client.shutdown()


def test_a_prompt_that_does_not_exist_has_no_fallback(shop: Repo, bundle: Path) -> None:
    client = Basalt(shop.path, fallback=bundle)
    client.prompts.get_sync("plain")
    shop.write("deployments.yaml", "format: 1\nenvironments: {}\n")
    shop.commit("Take all away")
    client.prompts.invalidate()
    with pytest.raises(NotFoundError):
        client.prompts.get_sync("plain")


def test_a_repository_that_is_damaged_is_an_outage(shop: Repo, heard: Heard) -> None:
    Basalt(shop.path).prompts.get_sync("greeting")
    break_pack(shop)
    client = Basalt(shop.path, on_fallback=heard)
    assert client.prompts.get_sync("greeting").source == "disk"
    with pytest.raises(SourceError):
        client.prompts.get_sync("plain")
    assert heard == [("greeting", "disk", "SourceError")]
    client.shutdown()


def test_one_bad_promotion_is_an_outage_of_that_prompt_alone(shop: Repo, caplog: pytest.LogCaptureFixture) -> None:
    client = Basalt(shop.path, cache_ttl_seconds=0)
    prompts = client.prompts
    prompts.get_sync("greeting")
    text = shop.read("deployments.yaml")
    shop.commit(
        "Edited by hand",
        {"deployments.yaml": text.replace(client.prompts.get_sync("greeting").digest, f"sha256:{'0' * 64}")},
    )
    with caplog.at_level(logging.WARNING, "basalt_cli"):
        for _ in range(5):
            assert isinstance(prompts.get_sync("greeting").error, SourceError)
            assert prompts.get_sync("plain").error is None
    assert len(caplog.records) == 1
    client.shutdown()


def test_a_fallback_that_asks_for_its_own_prompt_is_refused(shop: Repo) -> None:
    def fall_back(slug: str, version: str | None, tag: str | None) -> Prompt:
        return client.prompts.get_sync(slug, version, tag)

    client = Basalt(shop.path, fallback=fall_back, cache=False)
    with gone(shop.path), pytest.raises(NetworkError, match="the fallback for greeting asks for greeting itself"):
        client.prompts.get_sync("greeting")


def test_a_fallback_that_fails_leaves_the_outage_as_the_reason(shop: Repo, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}")
    with gone(shop.path):
        fallbacks: list[Any] = [lambda *_: 1 / 0, tmp_path / "bad.json"]
        for fallback in fallbacks:
            with pytest.raises(NetworkError, match=r"there is no such folder\. The fallback"):
                Basalt(shop.path, fallback=fallback, cache=False).prompts.get_sync("greeting")


class SlowSource(RepositorySource):
    """A repository whose answers take a while to arrive."""

    delay_seconds = 0.3

    def ask(self, slug: str, selector: str) -> Any:
        answer = super().ask(slug, selector)
        time.sleep(self.delay_seconds)
        return answer


def test_an_old_answer_does_not_come_back_after_it_was_invalidated(shop: Repo) -> None:
    source = SlowSource(shop.path)
    client = Basalt(source)
    thread = threading.Thread(target=client.prompts.get_sync, args=("greeting",))
    thread.start()
    time.sleep(0.1)
    run(shop, "promote", "greeting", "--to", "production", "--yes")
    client.prompts.invalidate("greeting")
    source.delay_seconds = 0
    assert client.prompts.get_sync("greeting").raw_text == "Hi {{ name }}"
    thread.join()
    assert client.prompts.get_sync("greeting").raw_text == "Hi {{ name }}"
    with gone(shop.path):
        assert Basalt(SlowSource(shop.path)).prompts.get_sync("greeting").raw_text == "Hi {{ name }}"


def test_a_removed_prompt_does_not_come_back_in_an_outage(shop: Repo) -> None:
    client = Basalt(shop.path)
    client.prompts.get_sync("plain")
    shop.write("deployments.yaml", "format: 1\nenvironments: {}\n")
    shop.commit("Take all away")
    with pytest.raises(NotFoundError):
        client.prompts.get_sync("plain", cache_enabled=False)
    with gone(shop.path):
        for other in (client, Basalt(shop.path)):
            with pytest.raises(NetworkError):
                other.prompts.get_sync("plain")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("greeting", "main\0"), "is not a version or a tag"), (("greeting", "\ud800"), "is not a version or a tag"),
        (("greeting", 1), "is not a version or a tag"), (("greeting", None, 5), "is not a version or a tag"),
        ((None,), "is not the slug"), (("greeting", "x" * 100_000), "is not a version or a tag"),
        (("greeting", None, None, [("name", "x")]), "variables must be a mapping of names to values"),
        (("greeting", None, None, {1: "x"}), "variables must be a mapping of names to values"),
        (("greeting", None, None, {"name": 10**5000}), "name contains a number that is not finite or too long"),
    ],
)  # fmt: skip
def test_an_invalid_argument_is_a_bad_request(client: Basalt, arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(BadRequestError, match=words):
        client.prompts.get_sync(*arguments)
