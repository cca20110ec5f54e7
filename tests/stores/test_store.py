"""The store: real files, damaged bytes, links, folders of others, two processes at once."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from basalt_cli.model.source import Edit
from basalt_cli.stores.place import describe_tools
from basalt_cli.stores.sealed_file import write_sealed
from basalt_cli.stores.store import Kind, Store

EDITS = Kind("edits", Edit, most_entries=5)
ONE = Edit(1, 2, "x")
WRITER = """\
import sys
from pathlib import Path
from basalt_cli.model.source import Edit
from basalt_cli.stores.store import Kind, Store
print("ready", flush=True)
number = 0
while True:
    store = Store(Path(sys.argv[1]), Kind("edits", Edit, most_entries=2000))
    for key in range(2000):
        store.keep(str(key), Edit(number, key, sys.argv[2]))
    store.save()
    number += 1
"""


def remember(folder: Path, entries: dict[str, Edit], kind: Kind[Edit] = EDITS, *parts: str) -> Path:
    store = Store(folder, kind, *parts)
    for key, value in entries.items():
        store.keep(key, value)
    store.save()
    return max(folder.glob(f"{kind.name}-*.json"), key=lambda path: path.stat().st_mtime_ns)


def test_what_is_kept_is_found_by_the_next_process(tmp_path: Path) -> None:
    assert Store(tmp_path / "basalt", EDITS).find("a") is None
    path = remember(tmp_path / "basalt", {"a": ONE, "b": Edit(3, 4, "\udcff")})
    again = Store(tmp_path / "basalt", EDITS)
    assert (again.find("a"), again.find("b"), again.find("c")) == (ONE, Edit(3, 4, "\udcff"), None)
    assert again.newest_key == "b"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert os.listdir(path.parent) == [path.name]


def test_what_is_kept_is_found_before_it_is_saved(tmp_path: Path) -> None:
    store = Store(tmp_path, EDITS)
    store.keep("a", ONE)
    assert (store.find("a"), store.newest_key) == (ONE, "a")
    assert os.listdir(tmp_path) == []
    store.save()
    assert (store.find("a"), store.newest_key) == (ONE, "a")


def test_the_newest_entries_stay(tmp_path: Path) -> None:
    remember(tmp_path, {str(number): Edit(number, 0, "") for number in range(5)})
    remember(tmp_path, {"0": Edit(10, 0, ""), "5": Edit(5, 0, "")})
    store = Store(tmp_path, EDITS)
    found = {str(number): store.find(str(number)) for number in range(6)}
    assert {key: value.start for key, value in found.items() if value is not None} == {
        "0": 10, "2": 2, "3": 3, "4": 4, "5": 5,
    }  # fmt: skip
    assert store.newest_key == "5"


def test_too_few_new_entries_are_not_written(tmp_path: Path) -> None:
    kind = EDITS._replace(fewest_new=3)
    store = Store(tmp_path, kind)
    for key in "ab":
        store.keep(key, ONE)
        store.keep(key, ONE)
        store.save()
    assert os.listdir(tmp_path) == []
    store.keep("c", ONE)
    store.save()
    assert all(Store(tmp_path, kind).find(key) == ONE for key in "abc")
    (path,) = tmp_path.iterdir()
    before = path.stat().st_mtime_ns
    store.save()
    assert path.stat().st_mtime_ns == before


def test_other_parts_kinds_and_tools_are_other_stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(tmp_path, {"a": ONE}, EDITS, "one", "two")
    assert Store(tmp_path, EDITS, "one", "two").find("a") == ONE
    for parts in ((), ("one",), ("two", "one"), ("one", "two", "")):
        assert Store(tmp_path, EDITS, *parts).find("a") is None
    assert Store(tmp_path, EDITS._replace(name="others"), "one", "two").find("a") is None
    monkeypatch.setattr("basalt_cli._version.__version__", "99.0")
    describe_tools.cache_clear()  # they are described once in a process
    assert Store(tmp_path, EDITS, "one", "two").find("a") is None
    monkeypatch.undo()
    describe_tools.cache_clear()


def test_the_oldest_files_of_a_kind_are_deleted(tmp_path: Path) -> None:
    other = remember(tmp_path, {"a": ONE}, EDITS._replace(name="others"))
    os.utime(other, (1, 1))
    for number in range(4):
        path = remember(tmp_path, {"a": ONE}, EDITS, str(number))
        os.utime(path, (number + 10, number + 10))
    assert [Store(tmp_path, EDITS, str(number)).find("a") for number in range(4)] == [None, None, ONE, ONE]
    assert other.exists()


def test_temporary_files_of_killed_writers_are_deleted_after_an_hour(tmp_path: Path) -> None:
    for name, age in (("old", 4000), ("young", 10)):
        left = tmp_path / f".edits-{name}.json.basalt-x"
        left.write_bytes(b"half")
        os.utime(left, (time.time() - age,) * 2)
    path = remember(tmp_path, {"a": ONE})
    assert sorted(os.listdir(tmp_path)) == [".edits-young.json.basalt-x", path.name]


def test_damaged_bytes_are_no_entries(tmp_path: Path) -> None:
    path = remember(tmp_path, {"a": ONE})
    good = path.read_bytes()
    for index in range(len(good)):
        for damaged in (good[:index], good[:index] + bytes([good[index] ^ 1]) + good[index + 1 :]):
            path.write_bytes(damaged)
            assert Store(tmp_path, EDITS).find("a") is None
    path.write_bytes(good)
    assert Store(tmp_path, EDITS).find("a") == ONE


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"7", b'["x"]', b"[" * 100_000, b"\xff", b'["x",{},1]', b"{}"])
def test_a_sealed_file_of_another_shape_is_no_store(tmp_path: Path, body: bytes) -> None:
    path = remember(tmp_path, {"a": ONE})
    path.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    assert Store(tmp_path, EDITS).find("a") is None


@pytest.mark.parametrize("entries", [None, [], "a", {"a": None}, {"a": [1, 2]}, {"a": [1, "2", "x"]}, {"a": {}}])
def test_foreign_entries_are_no_entries_and_are_replaced(tmp_path: Path, entries: object) -> None:
    path = remember(tmp_path, {"a": ONE})
    identity, _ = json.loads(path.read_bytes().partition(b"\n")[2])
    write_sealed(path, identity, entries)
    store = Store(tmp_path, EDITS)
    assert store.find("a") is None
    store.keep("a", ONE)
    store.save()
    assert Store(tmp_path, EDITS).find("a") == ONE


def test_one_foreign_entry_does_not_hide_the_others(tmp_path: Path) -> None:
    path = remember(tmp_path, {"a": ONE, "b": ONE})
    identity, entries = json.loads(path.read_bytes().partition(b"\n")[2])
    write_sealed(path, identity, {**entries, "a": 7})
    store = Store(tmp_path, EDITS)
    assert (store.find("a"), store.find("b")) == (None, ONE)


def test_a_renamed_store_is_no_store(tmp_path: Path) -> None:
    first = remember(tmp_path, {"a": ONE}, EDITS, "first")
    second = remember(tmp_path, {"b": ONE}, EDITS, "second")
    second.write_bytes(first.read_bytes())
    assert Store(tmp_path, EDITS, "second").find("a") is None
    assert Store(tmp_path, EDITS, "first").find("a") == ONE


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    path = remember(tmp_path / "basalt", {"a": ONE})
    target = path.rename(tmp_path / "target")
    before = target.read_bytes()
    path.symlink_to(target)
    assert Store(tmp_path / "basalt", EDITS).find("a") is None
    remember(tmp_path / "basalt", {"b": ONE})
    assert target.read_bytes() == before
    assert not path.is_symlink()
    assert Store(tmp_path / "basalt", EDITS).find("b") == ONE


def test_a_link_in_place_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    path = remember(tmp_path / "elsewhere", {"a": ONE})
    before = path.read_bytes()
    (tmp_path / "basalt").symlink_to("elsewhere")
    store = Store(tmp_path / "basalt", EDITS)
    assert store.find("a") is None
    store.keep("b", ONE)
    store.save()
    assert path.read_bytes() == before


def test_a_pipe_in_place_of_the_file_does_not_block(tmp_path: Path) -> None:
    path = remember(tmp_path, {"a": ONE})
    path.unlink()
    os.mkfifo(path)
    assert Store(tmp_path, EDITS).find("a") is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give a folder away")
def test_the_folder_of_another_user_is_not_used(tmp_path: Path) -> None:
    path = remember(tmp_path / "basalt", {"a": ONE})
    os.chown(path.parent, 12345, -1)
    store = Store(path.parent, EDITS)
    assert store.find("a") is None
    before = path.read_bytes()
    store.keep("b", ONE)
    store.save()
    assert path.read_bytes() == before


@pytest.mark.parametrize("folder", ["file", "file/below", "/proc/basalt"])
def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("a file")
    store = Store(tmp_path / folder, EDITS)
    store.keep("a", ONE)
    store.save()
    assert store.find("a") == ONE
    assert Store(tmp_path / folder, EDITS).find("a") is None


def test_without_a_folder_values_last_as_long_as_the_store() -> None:
    store = Store(None, EDITS)
    store.keep("a", ONE)
    store.save()
    assert store.find("a") == ONE


def test_two_writers_and_their_deaths_leave_a_whole_store(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    kind = EDITS._replace(most_entries=2000)
    for delay in range(4):
        writers = [subprocess.Popen([*command, name], stdout=subprocess.PIPE) for name in "xy"]
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()
        deadline = time.monotonic() + 20
        while not list(tmp_path.glob("edits-*.json")) and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(delay / 100)
        for writer in writers:
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
        store = Store(tmp_path, kind)
        found = [store.find(str(key)) for key in range(2000)]
        assert [edit.end for edit in found if edit is not None] == list(range(2000))
        assert len({(edit.start, edit.text) for edit in found if edit is not None}) == 1
