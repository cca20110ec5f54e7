"""Copies on disk and bundles: whole, or not there."""

from __future__ import annotations

import json
import logging
import os
import pickle
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from basalt_cli import (
    Basalt,
    SourceError,
)
from basalt_cli.client.copies import DiskCache, decode_answer, encode_answer
from basalt_cli.delivery.answer import Answer, Content
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.stores.place import find_cache_folder
from hypothesis import given
from hypothesis import strategies as st

from tests.client.shop import gone
from tests.support import Repo

WRITER = """
import sys
from pathlib import Path
from basalt_cli.client.copies import DiskCache
cache = DiskCache(Path(sys.argv[1]))
print("ready", flush=True)
number = int(sys.argv[2])
while True:
    number += 3
    for key in ("a", "b", "c"):
        cache.put(key, f"{key} {number} " + key * (1 + number * 7919 % 200_000))
"""


def is_whole(key: str, text: object) -> bool:
    """Say whether a value is one that some writer wrote under that key."""
    if not isinstance(text, str):
        return False
    name, number, body = text.split(" ")
    return name == key and body == key * (1 + int(number) * 7919 % 200_000)


def test_writers_that_are_killed_leave_nothing_torn(tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    cache = DiskCache(folder)
    dice = random.Random(7)
    writers = [start_writer(folder, n) for n in range(3)]
    reads = found = 0
    try:
        for kill in range(60):
            until = time.monotonic() + dice.uniform(0.005, 0.03)
            while time.monotonic() < until:
                for key in ("a", "b", "c"):
                    text = cache.get(key)
                    reads += 1
                    found += text is not None
                    assert text is None or is_whole(key, text)
            index = kill % 3
            os.kill(writers[index].pid, signal.SIGKILL)
            writers[index].communicate()
            writers[index] = start_writer(folder, kill)
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    # A file that was replaced is found at every read, once it was written for the first time.
    assert found > reads * 0.9
    left = list(folder.glob(".prompt-*"))
    for path in left:
        os.utime(path, (1, 1))
    cache.put("a", "a 0 a")
    assert not list(folder.glob(".prompt-*"))


def start_writer(folder: Path, number: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, str(folder), str(number)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"ready\n"
    return writer


def flips(data: bytes, count: int) -> list[bytes]:
    """Return copies with one bit flipped each, all over the data."""
    dice = random.Random(11)
    found = []
    for index in sorted(dice.sample(range(len(data) * 8), min(count, len(data) * 8))):
        changed = bytearray(data)
        changed[index // 8] ^= 1 << index % 8
        found.append(bytes(changed))
    return found


def test_a_flipped_bit_in_a_copy_is_found_every_time(shop: Repo, tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "prompts")
    Basalt(shop.path, cache=cache).prompts.get_sync("greeting")
    (path,) = (tmp_path / "prompts").glob("*.json")
    key = (str(shop.path), "greeting", None, None)
    data = path.read_bytes()
    assert decode_answer("greeting", cache.get(key)) is not None
    for changed in flips(data, 4000):
        path.write_bytes(changed)
        assert cache.get(key) is None
    for length in range(0, len(data), 97):
        path.write_bytes(data[:length])
        assert cache.get(key) is None


def test_a_copy_under_another_key_is_ignored(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path)
    cache.put(("x", "a"), "one")
    (path,) = tmp_path.glob("*.json")
    cache.put(("x", "b"), "two")
    other = next(found for found in tmp_path.glob("*.json") if found != path)
    other.write_bytes(path.read_bytes())
    assert cache.get(("x", "b")) is None
    assert cache.get(("x", "a")) == "one"


def test_old_copies_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basalt_cli.client.copies._MOST_FILES", 5)
    monkeypatch.setattr("basalt_cli.client.copies._WRITES_BETWEEN_SWEEPS", 1)
    cache = DiskCache(tmp_path)
    for number in range(12):
        cache.put(number, str(number))
        os.utime(max(tmp_path.glob("*.json"), key=lambda path: path.stat().st_mtime_ns), (number, number))
    assert len(list(tmp_path.glob("*.json"))) <= 6
    assert cache.get(11) == "11"


paths = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


closures = st.dictionaries(paths, st.one_of(st.none(), st.binary(max_size=40)), max_size=4).map(
    lambda files: Closure("greeting.yaml", tuple(sorted({**files, "greeting.yaml": b"prompt: x"}.items())))
)


versions = st.tuples(st.text("0123456789abcdef", min_size=40, max_size=40), closures)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    folder = draw(st.sampled_from(["prompts", "texts"]))
    contents = [Content("greeting", *found, folder) for found in draw(st.lists(versions, min_size=1, max_size=3))]
    percents = [draw(st.integers(1, 33)) for _ in contents[1:]]
    return Answer(tuple(contents), tuple(percents), draw(st.sampled_from([None, "production"])))


@given(answers())
def test_an_answer_is_read_as_it_was_written(answer: Answer) -> None:
    found = decode_answer("greeting", encode_answer(answer))
    assert found is not None
    assert 0 <= found.age_seconds < 60
    assert found == replace(answer, age_seconds=found.age_seconds)


@given(answers(), st.randoms(use_true_random=False))
def test_an_answer_whose_files_differ_is_none(answer: Answer, dice: random.Random) -> None:
    body = json.loads(encode_answer(answer))
    body["sides"][0]["files"]["greeting.yaml"] += dice.choice("xyz")
    assert decode_answer("greeting", json.dumps(body)) is None


@pytest.mark.parametrize(
    "text", [None, 3, "", "{", "[]", "{}", '{"format": 1}', '{"format": 1, "sides": [{}], "time": 0}']
)
def test_a_text_that_is_not_an_answer_is_none(text: object) -> None:
    assert decode_answer("greeting", text) is None


@pytest.mark.parametrize("keep", [0, 10, 64, 65, 200])
def test_a_half_written_copy_is_ignored(shop: Repo, keep: int) -> None:
    Basalt(shop.path).prompts.get_sync("greeting")
    (path,) = (find_cache_folder() / "prompts").glob("prompt-*.json")
    path.write_bytes(path.read_bytes()[:keep])
    with gone(shop.path), pytest.raises(SourceError):
        Basalt(shop.path).prompts.get_sync("greeting")


def test_copies_are_for_their_owner_alone(shop: Repo) -> None:
    Basalt(shop.path).prompts.get_sync("greeting")
    folder = find_cache_folder() / "prompts"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]


def test_a_cache_folder_that_cannot_be_written_to_is_logged_once(
    shop: Repo, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Not even root may write there.
    monkeypatch.setenv("BASALT_CACHE_DIR", "/proc/basalt")
    client = Basalt(shop.path)
    with caplog.at_level(logging.WARNING, "basalt_cli"):
        for slug in ("greeting", "plain"):
            assert client.prompts.get_sync(slug).source == "live"
    said = "copies of prompts cannot be written to /proc/basalt/prompts: "
    assert [message.startswith(said) for message in caplog.messages] == [True]


def test_a_cache_of_the_applications_own_may_fail(shop: Repo, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def get(self, key: object) -> object:
            raise ConnectionError

        def put(self, key: object, value: object, ttl: float = 0) -> None:
            raise ConnectionError

    assert Basalt(shop.path, cache=Broken()).prompts.get_sync("plain", "latest").source == "live"
    assert "the cache could not be read" in caplog.text or "the cache could not be written" in caplog.text


def test_a_cache_of_the_applications_own_keeps_texts(shop: Repo) -> None:
    kept: dict[Any, Any] = {}

    class Shared:
        def get(self, key: object) -> object | None:
            return kept.get(key)

        def put(self, key: object, value: object, ttl: float = float("inf")) -> None:
            kept[key] = value

    Basalt(shop.path, cache=Shared()).prompts.get_sync("greeting")
    assert [type(value) for value in kept.values()] == [str]
    with gone(shop.path):
        assert Basalt(shop.path, cache=Shared()).prompts.get_sync("greeting").source == "disk"


def test_an_age_is_kept_by_copies_and_pickles(client: Basalt) -> None:
    answer = client._fetcher.source.ask("greeting", "production")
    found = decode_answer("greeting", encode_answer(replace(answer, age_seconds=100)))
    assert found is not None
    assert 99 < found.age_seconds < 110
    prompt = client.prompts.get_sync("greeting")
    prompt.__dict__["_confirmed"] -= 300
    state = prompt.__getstate__()
    assert 299 < state["_confirmed"] < 310
    assert 299 < pickle.loads(pickle.dumps(prompt)).age_seconds < 310
