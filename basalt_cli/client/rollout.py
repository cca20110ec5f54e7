"""Which version of a gradual roll-out a caller's key gets."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

_STEPS = 1 << 64


def choose(percents: Sequence[int], slug: str, environment: str, key: str) -> int:
    """Return the index of the version for a key: 0 for the current one, else 1 + the index in ``percents``.

    Raising a percentage, or adding one at the end, moves keys only out of the current version.
    """
    return find_share(percents, place_of(slug, environment, key))


def place_of(slug: str, environment: str, key: str) -> float:
    """Return the place of a key on a scale from 0 to 100.

    It is the first 8 bytes, big-endian, of the sha256 of environment, slug and key in UTF-8 with NUL between them,
    divided by 2^64, times 100. So it is the same in each process, language and version, uniform over all keys, and
    independent between prompts and between environments.
    """
    text = f"{environment}\0{slug}\0{key}".encode(errors="surrogatepass")
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") * 100 / _STEPS


def find_share(percents: Sequence[int], place: float) -> int:
    """Return 1 + the index of the percentage whose range contains a place, or 0 beyond the last range.

    The ranges lie one behind the other from 0; each contains its start and not its end.
    """
    end = 0
    for index, percent in enumerate(percents, 1):
        end += percent
        if place < end:
            return index
    return 0
