"""A file is replaced whole or not at all, and a link in its place is not followed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from basalt_cli.files.write import find_temporary_files, replace_file, sweep_beside

WRITER = """\
import sys
from pathlib import Path
from basalt_cli.files.write import replace_file
print("ready", flush=True)
number = 0
while True:
    number += 1
    replace_file(Path(sys.argv[1]), str(number).encode() * 200_000 + b"end", is_durable=False)
"""


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_a_new_file_is_readable_and_an_old_one_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_file(path, b"one")
    assert (path.read_bytes(), mode_of(path)) == (b"one", 0o644)
    path.chmod(0o750)
    replace_file(path, b"two")
    assert (path.read_bytes(), mode_of(path)) == (b"two", 0o750)


def test_a_given_mode_wins(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    replace_file(path, b"new", mode=0o600, is_durable=True)
    assert (path.read_bytes(), mode_of(path)) == (b"new", 0o600)


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"untouched")
    link = tmp_path / "link"
    link.symlink_to("target")
    replace_file(link, b"new")
    assert not link.is_symlink()
    assert link.read_bytes() == b"new"
    assert (tmp_path / "target").read_bytes() == b"untouched"


def test_a_failure_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "folder/inside").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        replace_file(tmp_path / "folder", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "absent/file", b"new")


def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for delay in range(8):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.01 + delay / 200)
            writer.send_signal(signal.SIGKILL)
        if path.exists():
            data = path.read_bytes()
            number = data[: (len(data) - 3) // 200_000]
            assert data == number * 200_000 + b"end"
    assert path.exists()
    sweep_beside(path)
    assert os.listdir(tmp_path) == ["file"]


def test_sweeping_spares_other_files(tmp_path: Path) -> None:
    left = tmp_path / ".a[1].basalt-x"
    for name in (left.name, "a[1]", ".a1.basalt-x", ".a[1].basalt"):
        (tmp_path / name).write_bytes(b"")
    assert sorted(find_temporary_files(tmp_path, "a*")) == [tmp_path / ".a1.basalt-x", left]
    sweep_beside(tmp_path / "a[1]")
    assert sorted(os.listdir(tmp_path)) == [".a1.basalt-x", ".a[1].basalt", "a[1]"]
