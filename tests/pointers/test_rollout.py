"""Which side of a roll-out a key is on: stable, exact within chance, and monotonic."""

from __future__ import annotations

import subprocess
import sys

import pytest
from basalt_cli.model.pointer import Pointer, Share
from basalt_cli.pointers.rollout import choose, place_of
from hypothesis import given
from hypothesis import strategies as st

KEYS = [f"user-{number}" for number in range(100_000)]
# The 0.999 quantile of chi-square with 99 degrees of freedom.
MOST_CHI_SQUARE = 148.2


def pointer(*percents: int) -> Pointer:
    return Pointer("0" * 40, "sha256:0", tuple(Share(str(i) * 40, f"sha256:{i}", p) for i, p in enumerate(percents, 1)))


def test_places_are_even_over_a_hundred_thousand_keys() -> None:
    counts = [0] * 100
    for key in KEYS:
        counts[int(place_of("support/reply", "production", key))] += 1
    expected = len(KEYS) / 100
    assert sum((count - expected) ** 2 / expected for count in counts) < MOST_CHI_SQUARE


@pytest.mark.parametrize("percent", [1, 10, 50, 99])
def test_the_share_is_exact_within_chance(percent: int) -> None:
    rolled = pointer(percent)
    count = sum(isinstance(choose(rolled, "support/reply", "production", key), Share) for key in KEYS)
    expected = len(KEYS) * percent / 100
    # One degree of freedom: 10.83 is passed by one in a thousand.
    assert (count - expected) ** 2 / (expected * (1 - percent / 100)) < 10.83


def test_raising_the_percentage_moves_no_key_back() -> None:
    on = set[str]()
    for percent in range(1, 100):
        now = {key for key in KEYS[:2000] if isinstance(choose(pointer(percent), "a", "production", key), Share)}
        assert on <= now
        on = now


def test_prompts_and_environments_are_independent_of_each_other() -> None:
    sides = [
        {key for key in KEYS[:20_000] if isinstance(choose(pointer(50), slug, name, key), Share)}
        for slug, name in (("a", "production"), ("b", "production"), ("a", "staging"))
    ]
    for other in sides[1:]:
        assert 4600 < len(sides[0] & other) < 5400


def test_known_places() -> None:
    """Written down once: another version of Python, or of basalt, must not move anybody."""
    assert place_of("support/reply", "production", "user-1") == pytest.approx(9.9375048, abs=1e-6)
    assert place_of("a", "b", "") == pytest.approx(34.0756961, abs=1e-6)
    assert 0 <= place_of("a", "b", "\u00e4\ud800") < 100


def test_another_process_agrees() -> None:
    code = (
        "from basalt_cli.pointers.rollout import place_of; print(repr([place_of('a', 'b', str(i)) for i in range(50)]))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    )
    assert found.stdout.strip() == repr([place_of("a", "b", str(i)) for i in range(50)])


@given(st.text(), st.integers(1, 49), st.integers(1, 49))
def test_several_shares_stand_one_behind_the_other(key: str, one: int, two: int) -> None:
    place, found = place_of("a", "b", key), choose(pointer(one, two), "a", "b", key)
    assert 0 <= place <= 100
    expected = 1 if place < one else 2 if place < one + two else 0
    assert found.version == str(expected) * 40
