from __future__ import annotations

import time
from itertools import pairwise

import pytest
from basalt_cli.diff.words import Piece, WordKind, count_words, diff_words
from hypothesis import given
from hypothesis import strategies as st


def show(old: str, new: str) -> str:
    """Return the pieces as one text, as the terminal shows them."""
    brackets = {WordKind.SAME: "{}", WordKind.REMOVED: "[-{}-]", WordKind.ADDED: "{{+{}+}}"}
    return "".join(brackets[piece.kind].format(piece.text) for piece in diff_words(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("same\n", "same\n", "same\n"),
        ("", "a b", "{+a b+}"),
        ("a b", "", "[-a b-]"),
        ("one two three\nfour\n", "one 2 three\nfour\n", "one [-two-]{+2+} three\nfour\n"),
        ("first\nlast\n", "first\nmiddle\nlast\n", "first\n{+middle\n+}last\n"),
        ("first\nmiddle\nlast\n", "first\nlast\n", "first\n[-middle\n-]last\n"),
        ("a, b", "a; b", "a[-,-]{+;+} b"),
        ("a  b", "a b", "a[-  -]{+ +}b"),
        ("a b\n", "a b", "a b[-\n-]"),
        ("x\ny\n", "y\nx\n", "{+y\n+}x\n[-y\n-]"),
    ],
)
def test_pieces_mark_what_differs_and_nothing_else(old: str, new: str, expected: str) -> None:
    assert show(old, new) == expected


@given(st.text(max_size=200), st.text(max_size=200))
def test_pieces_hold_both_texts(old: str, new: str) -> None:
    pieces = diff_words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind is not WordKind.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.kind is not WordKind.REMOVED) == new
    assert all(piece.text for piece in pieces)
    assert all(left.kind is not right.kind for left, right in pairwise(pieces))


def test_one_word_in_a_long_line_of_common_words_is_marked_alone() -> None:
    line = "some more words of the usual kind " * 40
    assert show(f"edition 1 {line}", f"edition 2 {line}") == f"edition [-1-]{{+2+}} {line}"


def test_a_common_start_and_end_of_any_length_stay_unmarked() -> None:
    start, end = "a line\n" * 3000, "another line\n" * 3000
    assert show(f"{start}old word\n{end}", f"{start}new word\n{end}") == f"{start}[-old-]{{+new+}} word\n{end}"
    words = "word " * 3000
    assert show(f"{words}old {words}", f"{words}new {words}") == f"{words}[-old-]{{+new+}} {words}"


def interleave(items: int, mark: str) -> list[str]:
    """Return items of which every second one, and neither the first nor the last, is the same for all marks."""
    return [f"same{index}" if index % 2 else f"{mark}{index}" for index in range(items)]


@pytest.mark.parametrize(("added", "same"), [(2, 249), (3, 0)])
def test_more_than_a_thousand_lines_count_as_replaced(added: int, same: int) -> None:
    old = [f"{item}\n" for item in interleave(499, "old")]
    new = [f"{item}\n" for item in interleave(499, "new")] + ["more\n"] * added
    pieces = diff_words("".join(old), "".join(new))
    assert sum(piece.text.count("same") for piece in pieces if piece.kind is WordKind.SAME) == same


@pytest.mark.parametrize(("added", "same"), [(" more", 187), (" more.", 0)])
def test_a_line_of_more_than_1500_words_and_blanks_counts_as_replaced(added: str, same: int) -> None:
    pieces = diff_words(" ".join(interleave(375, "old")), " ".join(interleave(375, "new")) + added)
    assert sum(piece.text.count("same") for piece in pieces if piece.kind is WordKind.SAME) == same


def test_words_of_a_kind_are_counted() -> None:
    pieces = [
        Piece(WordKind.ADDED, "one two"),
        Piece(WordKind.SAME, "three"),
        Piece(WordKind.ADDED, " four\n"),
        Piece(WordKind.REMOVED, ","),
    ]
    assert [count_words(pieces, kind) for kind in (WordKind.ADDED, WordKind.SAME, WordKind.REMOVED)] == [3, 1, 1]
    assert count_words([], WordKind.ADDED) == 0


HOSTILE = {
    "an open tag": "{# {%" + " " * 30_000 + "#}",
    "many open tags": "{{ '" + "{%" * 50_000 + "' }}",
    "equal lines": "same\n" * 20_000,
    "equal words": "same " * 40_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long_to_compare(text: str) -> None:
    started = time.monotonic()
    diff_words(text, "x" + text + "y")
    diff_words(text, "y\n" + text[:-50] + "\nx")
    assert time.monotonic() - started < 3
