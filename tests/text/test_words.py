from __future__ import annotations

import pytest
from basalt_cli.text.words import closest, did_you_mean, list_names, plural, squeeze_blanks


def test_the_closest_name_is_found() -> None:
    assert closest("promt", ["messages", "prompt", "prom"]) == "prompt"
    assert closest("xyz", ["prompt"]) is None
    assert closest("promt", []) is None


def test_the_likeness_can_be_chosen() -> None:
    assert closest("abcd", ["abxy"]) is None
    assert closest("abcd", ["abxy"], 0.5) == "abxy"


def test_only_so_many_candidates_and_letters_are_compared() -> None:
    many = [f"x{number}" for number in range(99)]
    assert closest("last", [*many, "lost"]) == "lost"
    assert closest("last", [*many, "x", "lost"]) is None
    assert closest("p" * 80, ["p" * 79]) == "p" * 79
    assert closest("p" * 81, ["p" * 80]) is None


def test_a_guess_is_a_sentence_or_nothing() -> None:
    assert did_you_mean("promt", ["prompt"]) == "Did you mean 'prompt'? "
    assert did_you_mean("xyz", ["prompt"]) == ""


@pytest.mark.parametrize(
    ("names", "most", "expected"),
    [
        ([], 12, "none"),
        (["a"], 12, "a"),
        (["a", "b", "c"], 3, "a, b, c"),
        (["a", "b", "c"], 2, "a, b and 1 more"),
        (["a", "b", "c", "d"], 1, "a and 3 more"),
    ],
)
def test_names_are_listed(names: list[str], most: int, expected: str) -> None:
    assert list_names(names, most) == expected


def test_twelve_names_are_listed_by_default() -> None:
    assert list_names(map(str, range(12))).endswith("10, 11")
    assert list_names(map(str, range(13))).endswith("11 and 1 more")


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (12345, "12,345 files")]
)
def test_a_count_has_its_noun(count: int, expected: str) -> None:
    assert plural(count, "file") == expected


def test_blanks_are_squeezed() -> None:
    assert squeeze_blanks("  a \n\t b  c ") == "a b c"
    assert squeeze_blanks(" \n") == ""
