"""Which version of a gradual roll-out a key gets: stable, uniform, and monotonic."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from basalt_cli import Basalt
from basalt_cli.client.rollout import choose, find_share, place_of
from basalt_cli.client.sources.bundle import BundleSource
from basalt_cli.delivery.answer import Content
from basalt_cli.delivery.bundle_file import Bundle, format_bundle
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.pointer import Pointer, Share
from hypothesis import given
from hypothesis import strategies as st

from tests.client.shop import run
from tests.support import Repo

KEYS = [f"user-{number}" for number in range(100_000)]
# The 0.999 quantiles of chi-square with 99, 3 and 1 degrees of freedom.
MOST_CHI_SQUARE = {99: 148.2, 3: 16.27, 1: 10.83}


def chi_square(counts: list[int], expected: list[float]) -> float:
    return sum((count - mean) ** 2 / mean for count, mean in zip(counts, expected, strict=True))


def test_places_are_uniform_over_a_hundred_thousand_keys() -> None:
    counts = [0] * 100
    for key in KEYS:
        counts[int(place_of("support/reply", "production", key))] += 1
    assert chi_square(counts, [len(KEYS) / 100] * 100) < MOST_CHI_SQUARE[99]


@pytest.mark.parametrize("percent", [1, 10, 50, 99])
def test_one_share_gets_its_percentage_of_the_keys(percent: int) -> None:
    count = sum(choose((percent,), "support/reply", "production", key) for key in KEYS)
    expected = [len(KEYS) * part / 100 for part in (percent, 100 - percent)]
    assert chi_square([count, len(KEYS) - count], expected) < MOST_CHI_SQUARE[1]


def test_several_shares_get_their_percentages_of_the_keys() -> None:
    percents = (5, 20, 30)
    counts = Counter(choose(percents, "support/reply", "production", key) for key in KEYS)
    expected = [len(KEYS) * part / 100 for part in (45, *percents)]
    assert chi_square([counts[index] for index in range(4)], expected) < MOST_CHI_SQUARE[3]


def test_raising_the_percentage_moves_no_key_back() -> None:
    on = set[str]()
    for percent in range(1, 100):
        now = {key for key in KEYS[:2000] if choose((percent,), "a", "production", key)}
        assert on <= now
        on = now
    assert 1900 < len(on) < 2000


def test_prompts_and_environments_are_independent_of_each_other() -> None:
    sides = [
        {key for key in KEYS[:20_000] if choose((50,), slug, name, key)}
        for slug, name in (("a", "production"), ("b", "production"), ("a", "staging"))
    ]
    for other in sides[1:]:
        assert 4600 < len(sides[0] & other) < 5400


@pytest.mark.parametrize(
    ("percents", "place", "index"),
    [
        ((), 0.0, 0),
        ((10,), 0.0, 1),
        ((10,), 9.999999, 1),
        ((10,), 10.0, 0),
        ((10, 20), 9.999999, 1),
        ((10, 20), 10.0, 2),
        ((10, 20), 29.999999, 2),
        ((10, 20), 30.0, 0),
        ((10, 20, 1), 30.0, 3),
        ((60, 40), 99.999999, 2),
        ((1,), 99.999999, 0),
    ],
)
def test_a_range_contains_its_start_and_not_its_end(percents: tuple[int, ...], place: float, index: int) -> None:
    assert find_share(percents, place) == index


@given(st.text(), st.lists(st.integers(1, 33), max_size=3))
def test_a_key_gets_the_range_that_its_place_is_in(key: str, percents: list[int]) -> None:
    place, found = place_of("a", "b", key), choose(percents, "a", "b", key)
    assert 0 <= place <= 100
    if found == 0:
        assert place >= sum(percents)
    else:
        assert sum(percents[: found - 1]) <= place < sum(percents[:found])


def test_known_places() -> None:
    """Another version of Python, or of basalt, must not move any key."""
    assert place_of("support/reply", "production", "user-1") == pytest.approx(9.9375048, abs=1e-6)
    assert place_of("a", "b", "") == pytest.approx(34.0756961, abs=1e-6)
    assert place_of("a", "b", "\u00e4\ud800") == pytest.approx(79.7794417, abs=1e-6)


def test_another_process_agrees() -> None:
    code = (
        "from basalt_cli.client.rollout import place_of; print(repr([place_of('a', 'b', str(i)) for i in range(50)]))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
        cwd=Path(__file__).parents[2],
    )
    assert found.stdout.strip() == repr([place_of("a", "b", str(i)) for i in range(50)])


def make_rollout(path: Path) -> Path:
    """Make a bundle in which three versions of a prompt run at once: 70 % old, 10 % new and 20 % newest."""
    contents = [
        Content(
            "greeting",
            digit * 40,
            Closure("greeting.yaml", (("greeting.yaml", f"prompt: version {digit}\n".encode()),)),
        )
        for digit in "012"
    ]
    shares = tuple(Share(c.version, c.digest, percent) for c, percent in zip(contents[1:], (10, 20), strict=True))
    pointer = Pointer(contents[0].version, contents[0].digest, shares)
    bundle = Bundle("f" * 40, 0, {"production": {"greeting": pointer}}, tuple(contents), {})
    path.write_bytes(format_bundle(bundle))
    return path


def test_a_client_hands_out_the_version_that_is_chosen(tmp_path: Path) -> None:
    prompts = Basalt(BundleSource(make_rollout(tmp_path / "bundle.json"))).prompts
    seen = set()
    for key in KEYS[:300]:
        index = choose((10, 20), "greeting", "production", key)
        prompt = prompts.get_sync("greeting", key=key)
        assert (prompt.text, prompt.variant) == (f"version {index}", "rollout" if index else "current")
        seen.add(index)
    assert seen == {0, 1, 2}
    without_key = prompts.get_sync("greeting")
    assert (without_key.text, without_key.variant) == ("version 0", "current")


def test_a_key_chooses_a_version_of_a_roll_out(client: Basalt, shop: Repo) -> None:
    run(shop, "promote", "greeting", "--to", "production", "--from", "staging", "--percent", "30", "--yes")
    client.prompts.invalidate()
    found = [client.prompts.get_sync("greeting", key=f"user{n}") for n in range(1000)]
    sides = [prompt.variant for prompt in found]
    assert {prompt.variant: prompt.raw_text for prompt in found} == {
        "current": "Hello {{ name }}",
        "rollout": "Hi {{ name }}",
    }
    assert 240 < sides.count("rollout") < 360
    assert sides == [client.prompts.get_sync("greeting", key=f"user{n}").variant for n in range(1000)]
    assert client.prompts.get_sync("greeting").variant == "current"
    assert client.prompts.get_sync("plain", key="user1").variant is None
    before = {n for n, side in enumerate(sides) if side == "rollout"}
    run(shop, "promote", "greeting", "--to", "production", "--percent", "60", "--yes")
    client.prompts.invalidate("greeting")
    after = {n for n in range(1000) if client.prompts.get_sync("greeting", key=f"user{n}").variant == "rollout"}
    assert before < after
