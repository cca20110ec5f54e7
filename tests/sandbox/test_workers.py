"""Work that is shared among processes."""

from __future__ import annotations

import os
import sys
import threading

import pytest
from basalt_cli.sandbox.workers import map_in_processes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are Linux's")


@pytest.fixture(autouse=True)
def _several_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3})


def identify(item: int) -> tuple[int, int]:
    return item, os.getpid()


def test_results_are_in_order_and_come_from_several_processes() -> None:
    results = map_in_processes(identify, range(100))
    assert [item for item, _ in results] == list(range(100))
    assert len({process for _, process in results}) == 4
    assert results[0][1] == os.getpid()


@pytest.mark.parametrize(("count", "processes"), [(0, 0), (1, 1), (47, 1), (48, 2), (80, 3), (1000, 4)])
def test_the_number_of_processes_grows_with_the_items(count: int, processes: int) -> None:
    results = map_in_processes(identify, range(count))
    assert [item for item, _ in results] == list(range(count))
    assert len({process for _, process in results}) == processes


def test_beside_another_thread_one_process_does_all() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert {process for _, process in map_in_processes(identify, range(100))} == {os.getpid()}
    finally:
        stop.set()
        thread.join()


def test_the_part_of_a_process_that_dies_is_done_here() -> None:
    parent = os.getpid()

    def die_in_a_child(item: int) -> int:
        if os.getpid() != parent and item == 60:
            os._exit(1)
        return item

    assert map_in_processes(die_in_a_child, range(100)) == list(range(100))


@pytest.mark.parametrize("item", [0, 99])
def test_an_exception_is_raised_and_no_process_is_left(item: int) -> None:
    def fail(found: int) -> int:
        return 1 // (found - item)

    with pytest.raises(ZeroDivisionError):
        map_in_processes(fail, range(100))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_large_results_do_not_block() -> None:
    assert [len(found) for found in map_in_processes(lambda _: "x" * 100_000, range(100))] == [100_000] * 100
