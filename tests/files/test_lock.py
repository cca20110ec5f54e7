"""One process at a time holds a lock, and one that dies gives it up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from basalt_cli.files.lock import hold_lock

HOLDER = """\
import sys, time
from pathlib import Path
from basalt_cli.files.lock import hold_lock
with hold_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
COUNTER = """\
import sys
from pathlib import Path
from basalt_cli.files.lock import hold_lock
path = Path(sys.argv[1])
for _ in range(50):
    with hold_lock(path.with_name("lock")):
        path.write_text(str(int(path.read_text()) + 1))
"""


def hold_elsewhere(path: Path) -> subprocess.Popen[bytes]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    return holder


def test_no_two_processes_hold_it(tmp_path: Path) -> None:
    path = tmp_path / "count"
    path.write_text("0")
    counters = [subprocess.Popen([sys.executable, "-c", COUNTER, str(path)]) for _ in range(4)]
    assert [counter.wait() for counter in counters] == [0, 0, 0, 0]
    assert path.read_text() == "200"


def test_a_timeout_ends_the_waiting(tmp_path: Path) -> None:
    with hold_elsewhere(tmp_path / "lock") as holder:
        started = time.monotonic()
        with pytest.raises(TimeoutError), hold_lock(tmp_path / "lock", timeout_seconds=0.2):
            raise AssertionError
        assert 0.2 <= time.monotonic() - started < 5
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with hold_lock(tmp_path / "lock", timeout_seconds=0.2):
            pass


def test_it_is_released_after_an_error_and_beside_a_forked_child(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(KeyError), hold_lock(path):
        raise KeyError
    reading, writing = os.pipe()
    with hold_lock(path):
        child = os.fork()
        if child == 0:  # holds the descriptor for as long as it lives
            os.close(writing)
            os.read(reading, 1)
            os._exit(0)
    with hold_lock(path, timeout_seconds=0):
        pass
    os.close(writing)
    os.close(reading)
    os.waitpid(child, 0)


def test_the_file_has_the_given_mode(tmp_path: Path) -> None:
    with hold_lock(tmp_path / "own"), hold_lock(tmp_path / "shared", mode=0o644):
        pass
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("own", "shared")] == [0o600, 0o644]


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic links"), hold_lock(tmp_path / "lock"):
        raise AssertionError
    assert not (tmp_path / "target").exists()
