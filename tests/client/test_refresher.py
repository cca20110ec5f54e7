"""The thread that asks the source again in the background."""

from __future__ import annotations

import ctypes
import logging
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator

import pytest
from basalt_cli import (
    Basalt,
)
from basalt_cli.client.memory import Question
from basalt_cli.client.refresher import Refresher

from tests.client.shop import CountingSource, gone, in_child, wait_until
from tests.support import Repo

FIRST: Question = ("first", None, None)
SECOND: Question = ("second", None, None)


class Asker:
    """Records each question; ``gate`` holds back the answers while it is closed."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.done: list[Question] = []
        self.gate = threading.Event()
        self.gate.set()
        self.failure: BaseException | None = None
        self.refresher = Refresher(weakref.WeakMethod(self.refresh), weakref.WeakMethod(self.keep_fresh))

    def refresh(self, question: Question) -> None:
        self.asked.append(question)
        assert self.gate.wait(10)
        self.done.append(question)
        if self.failure is not None:
            raise self.failure

    def keep_fresh(self) -> None:
        return None


@pytest.fixture
def asker() -> Iterator[Asker]:
    made = Asker()
    yield made
    made.gate.set()
    made.refresher.stop()


def test_a_question_is_not_queued_again_while_its_refresh_is_under_way(asker: Asker) -> None:
    asker.gate.clear()
    assert asker.refresher.submit(FIRST)
    wait_until(lambda: asker.asked == [FIRST])
    assert [asker.refresher.submit(FIRST) for _ in range(3)] == [True, True, True]
    asker.refresher.submit(SECOND)
    asker.gate.set()
    wait_until(lambda: SECOND in asker.done)
    assert asker.asked == [FIRST, SECOND]


def test_a_question_that_waits_in_the_queue_is_asked_once(asker: Asker) -> None:
    asker.gate.clear()
    asker.refresher.submit(FIRST)
    wait_until(lambda: asker.asked == [FIRST])
    for _ in range(3):
        asker.refresher.submit(SECOND)
    asker.refresher.submit(("last", None, None))
    asker.gate.set()
    wait_until(lambda: len(asker.done) >= 3)
    assert asker.asked == [FIRST, SECOND, ("last", None, None)]


def test_a_question_is_asked_again_after_its_refresh_has_ended(asker: Asker) -> None:
    for count in (1, 2, 3):
        asker.refresher.submit(FIRST)
        # The second question begins when the refresh of the first one has ended.
        asker.refresher.submit(SECOND)
        wait_until(lambda count=count: asker.done.count(SECOND) == count)  # type: ignore[misc]
    assert asker.asked.count(FIRST) == 3


def test_a_question_is_asked_again_after_its_refresh_has_failed(asker: Asker, caplog: pytest.LogCaptureFixture) -> None:
    asker.failure = ZeroDivisionError("a bug")
    with caplog.at_level(logging.ERROR, "basalt_cli"):
        asker.refresher.submit(FIRST)
        wait_until(lambda: "first could not be refreshed" in caplog.text)
        asker.failure = None
        asker.refresher.submit(SECOND)
        wait_until(lambda: SECOND in asker.done)
        asker.refresher.submit(FIRST)
        wait_until(lambda: asker.done.count(FIRST) == 2)


@pytest.mark.filterwarnings("ignore:Exception in thread basalt-refresher")
def test_a_question_whose_refresh_ended_the_thread_is_asked_again_by_a_new_thread(
    asker: Asker, caplog: pytest.LogCaptureFixture
) -> None:
    asker.failure = SystemExit()
    with caplog.at_level(logging.ERROR, "basalt_cli"):
        asker.refresher.submit(FIRST)
        wait_until(lambda: not any(thread.name == "basalt-refresher" for thread in threading.enumerate()))
        asker.failure = None
        assert asker.refresher.submit(FIRST)
        wait_until(lambda: asker.done == [FIRST, FIRST])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_asks_what_its_parent_was_asking(asker: Asker) -> None:
    asker.gate.clear()
    asker.refresher.submit(FIRST)
    wait_until(lambda: asker.asked == [FIRST])

    def work() -> bool:
        asker.refresher.reset_after_fork()
        asker.gate = threading.Event()
        asker.gate.set()
        asker.refresher.submit(FIRST)
        wait_until(lambda: asker.done == [FIRST])
        return asker.asked == [FIRST, FIRST]

    assert in_child(work)


def test_a_stopped_refresher_takes_no_questions(asker: Asker) -> None:
    asker.refresher.stop()
    assert not asker.refresher.submit(FIRST)
    assert asker.asked == []


def kill_refresher() -> None:
    """End the thread that refreshes, as nothing but a bug would."""
    thread = next(found for found in threading.enumerate() if found.name == "basalt-refresher")
    assert thread.ident is not None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))


@pytest.mark.filterwarnings("ignore:Exception in thread basalt-refresher")
def test_a_refresher_that_ended_is_replaced(
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


def test_an_exception_in_a_refresh_does_not_end_the_refresher(
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


def test_after_shutdown_a_client_asks_in_the_foreground(shop: Repo) -> None:
    client = Basalt(shop.path, cache=False, cache_ttl_seconds=0.05)
    client.prompts.get_sync("greeting")
    client.shutdown()
    with gone(shop.path):
        time.sleep(0.06)
        assert client.prompts.get_sync("greeting").source == "stale"
    wait_until(lambda: client.prompts.get_sync("greeting").error is None, 3)
    assert in_child(lambda: client._fetcher.refresher.submit(("greeting", None, None)) is False)
