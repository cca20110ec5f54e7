"""Which side of a gradual roll-out somebody is on."""

from __future__ import annotations

import hashlib

from basalt_cli.model.pointer import Pointer, Share

_STEPS = 1 << 64


def place_of(slug: str, environment: str, key: str) -> float:
    """Return the place of a key among 100 callers, from 0 up to and without 100.

    It is the first 8 bytes, big-endian, of the sha256 of environment, slug and key in UTF-8, with NUL between: the same
    in every process, language and version, even over all keys, and of one prompt independent of another.
    """
    text = f"{environment}\0{slug}\0{key}".encode(errors="surrogatepass")
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") * 100 / _STEPS


def choose(pointer: Pointer, slug: str, environment: str, key: str) -> Pointer | Share:
    """Return what runs for a key: who was among the first 10 of 100 stays so when it is 20."""
    place = place_of(slug, environment, key)
    end = 0
    for share in pointer.rollout:
        end += share.percent
        if place < end:
            return share
    return pointer
