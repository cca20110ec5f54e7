"""Copies on disk and bundles: whole, or not there."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from basalt_cli import Basalt, NetworkError, SourceError
from basalt_cli.client.copies import DiskCache, decode_answer, encode_answer
from basalt_cli.delivery.answer import Answer, Content
from basalt_cli.delivery.bundle_file import BundleReader, DamagedBundleError
from basalt_cli.format.prompt.closure import Closure
from hypothesis import given
from hypothesis import strategies as st

from tests.client.shop import run
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


def test_a_copy_under_another_key_is_no_copy(tmp_path: Path) -> None:
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
def test_what_is_no_answer_is_none(text: object) -> None:
    assert decode_answer("greeting", text) is None


@pytest.fixture
def bundle(shop: Repo, tmp_path: Path) -> Path:
    run(shop, "promote", "greeting", "--to", "production", "--from", "staging", "--percent", "20", "--yes")
    run(shop, "bundle", "--env", "production", "--env", "staging", "-o", str(tmp_path / "b.json"))
    return tmp_path / "b.json"


def test_a_flipped_bit_in_a_bundle_is_found_every_time(bundle: Path) -> None:
    data = bundle.read_bytes()
    assert BundleReader(data).verify() == 4
    for changed in flips(data, 20_000):
        with pytest.raises(DamagedBundleError):
            BundleReader(changed).verify()
    for length in range(0, len(data), 31):
        with pytest.raises(DamagedBundleError):
            BundleReader(data[:length]).verify()


def test_a_bundle_that_was_tampered_with_in_earnest_is_found(bundle: Path) -> None:
    import hashlib

    body = json.loads(bundle.read_bytes().partition(b"\n")[2])

    def seal() -> bytes:
        data = json.dumps(body).encode()
        return json.dumps({"basalt_bundle": 1, "sha256": hashlib.sha256(data).hexdigest()}).encode() + b"\n" + data

    assert BundleReader(seal()).verify() == 4
    name = next(name for name, text in body["texts"].items() if "Be kind" in text)
    body["texts"][name] = "Be unkind.\n"
    with pytest.raises(DamagedBundleError, match="digest"):
        BundleReader(seal()).verify()
    bundle.write_bytes(seal())
    with pytest.raises(SourceError, match="digest"):
        Basalt(bundle).prompts.get_sync("greeting")
    body["texts"][name] = "Be kind.\n"
    del body["prompts"]["plain"]
    with pytest.raises(DamagedBundleError, match="production runs plain"):
        BundleReader(seal()).verify()


def test_a_roll_out_is_bundled_with_both_sides(bundle: Path) -> None:
    prompts = Basalt(bundle).prompts
    found = {prompts.get_sync("greeting", key=str(n)).variant for n in range(100)}
    assert found == {"current", "rollout"}
    assert prompts.get_sync("greeting").age_seconds >= 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is not a bundle"),
        (b"{}", "it is not a bundle"),
        (b"hello\nworld", "it is not a bundle"),
        (b'{"basalt_bundle": 2, "sha256": ""}\n', "it has format 2, and this release reads format 1"),
    ],
)
def test_a_file_that_is_no_bundle_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(data)
    with pytest.raises(NetworkError) as caught:
        Basalt(path).prompts.get_sync("greeting")
    assert caught.value.message == f"{path}: {words}"
