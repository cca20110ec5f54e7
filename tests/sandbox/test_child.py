"""Forked processes and their pipes."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import BinaryIO

import pytest
from basalt_cli.sandbox.child import ForkedChild, can_fork

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are Linux's")


def fork(code: str) -> ForkedChild:
    def work(pipe: BinaryIO) -> None:
        exec(code, {"pipe": pipe, "time": time, "data": b"given", "os": os})  # noqa: S102 - the code of these tests

    return ForkedChild(work)


def read_all(child: ForkedChild) -> bytes:
    data = b""
    while chunk := child.read():
        data += chunk
    return data


def test_all_that_a_child_writes_arrives() -> None:
    child = fork("pipe.write(data + b'x' * 1_000_000)")
    assert read_all(child) == b"given" + b"x" * 1_000_000
    assert child.end(kills=False) is True


def test_a_read_ends_after_some_seconds() -> None:
    child = fork("pipe.write(b'a'); pipe.flush(); time.sleep(60)")
    assert child.read(10) == b"a"
    started = time.monotonic()
    assert child.read(0.2) is None
    assert child.read(-1) is None
    assert 0.2 <= time.monotonic() - started < 2
    assert child.end(kills=True) is False
    assert time.monotonic() - started < 4


def test_a_child_that_exits_with_another_code_has_failed() -> None:
    child = fork("pipe.write(b'a'); pipe.flush(); os._exit(7)")
    assert child.read(10) == b"a"
    assert child.end(kills=False) is False


def test_an_exception_in_a_fork_is_a_failure_and_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    child = fork("1 / 0")
    assert read_all(child) == b""
    assert child.end(kills=False) is False
    assert capfd.readouterr().err == ""


def test_ended_children_leave_no_descriptor_or_process() -> None:
    before = len(os.listdir("/proc/self/fd"))
    for kills in (True, False):
        child = fork("pipe.write(b'a')")
        read_all(child)
        child.end(kills=kills)
    assert len(os.listdir("/proc/self/fd")) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_forking_is_safe_only_without_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_fork() is True
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    assert can_fork() is False
    stop.set()
    thread.join()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert can_fork() is False
