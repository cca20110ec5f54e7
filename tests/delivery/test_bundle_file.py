"""The file format of bundles."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from basalt_cli import Basalt, SourceError
from basalt_cli.delivery.bundle_file import BundleReader, DamagedBundleError


def flips(data: bytes, count: int) -> list[bytes]:
    """Return copies with one bit flipped each, all over the data."""
    dice = random.Random(11)
    found = []
    for index in sorted(dice.sample(range(len(data) * 8), min(count, len(data) * 8))):
        changed = bytearray(data)
        changed[index // 8] ^= 1 << index % 8
        found.append(bytes(changed))
    return found


def test_a_flipped_bit_in_a_bundle_is_found_every_time(rollout_bundle: Path) -> None:
    data = rollout_bundle.read_bytes()
    assert BundleReader(data).verify() == 4
    for changed in flips(data, 20_000):
        with pytest.raises(DamagedBundleError):
            BundleReader(changed).verify()
    for length in range(0, len(data), 31):
        with pytest.raises(DamagedBundleError):
            BundleReader(data[:length]).verify()


def test_a_bundle_whose_hash_was_made_anew_is_found_by_its_digests(rollout_bundle: Path) -> None:
    import hashlib

    body = json.loads(rollout_bundle.read_bytes().partition(b"\n")[2])

    def seal() -> bytes:
        data = json.dumps(body).encode()
        return json.dumps({"basalt_bundle": 1, "sha256": hashlib.sha256(data).hexdigest()}).encode() + b"\n" + data

    assert BundleReader(seal()).verify() == 4
    name = next(name for name, text in body["texts"].items() if "Be kind" in text)
    body["texts"][name] = "Be unkind.\n"
    with pytest.raises(DamagedBundleError, match="digest"):
        BundleReader(seal()).verify()
    rollout_bundle.write_bytes(seal())
    with pytest.raises(SourceError, match="digest"):
        Basalt(rollout_bundle).prompts.get_sync("greeting")
    body["texts"][name] = "Be kind.\n"
    del body["prompts"]["plain"]
    with pytest.raises(DamagedBundleError, match="production runs plain"):
        BundleReader(seal()).verify()
