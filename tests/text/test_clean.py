from __future__ import annotations

import re
import time

import pytest
from basalt_cli.text.clean import BIDIRECTIONAL, INVISIBLE, TAGS, UNSAFE, clean, clean_line, escape_character


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\tb\nc", "a\tb\nc"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x1b]8;;x\x07", "\\x1b]8;;x\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb", "a\\u200bb"),
        ("\U000e0041", "\\U000e0041"),
        ("\r", "\\x0d"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200db", "a\\u200db"),
        ("é ß 漢字", "é ß 漢字"),
        ("[/x] [bold]", "[/x] [bold]"),
    ],
)
def test_text_is_made_safe_to_print(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_a_line_stays_one_line() -> None:
    assert clean_line("a\nb\tc") == "a\\nb\\tc"


def test_cleaning_is_quick() -> None:
    started = time.monotonic()
    clean("é" * 1_000_000)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ufeffa", "\\ufeffa"),
        ("a\u2060b", "a\\u2060b"),
        ("\ud800", "\\ud800"),
        ("\u2028", "\\u2028"),
        ("\x7f", "\\x7f"),
        ("\x85", "\\x85"),
        ("\xad", "\\xad"),
        ("\u061ca", "\\u061ca"),
        ("👩\u200d", "👩\\u200d"),
        ("\u200d👧", "\\u200d👧"),
        ("a\u200cی", "a\u200cی"),
        ("ب\u200ca", "ب\u200ca"),
        ("A\u200cهای", "A\u200cهای"),
        ("a\u200c👧", "a\\u200c👧"),
        (" \u200cب", " \\u200cب"),
        ("-\u200cب", "-\\u200cب"),
        (
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("x\U000e0067\U000e007f", "x\\U000e0067\\U000e007f"),
        ("🏴\U000e0067", "🏴\\U000e0067"),
        ("🏴\U000e0067\U000e0062\U000e007f\U000e0062", "🏴\U000e0067\U000e0062\U000e007f\\U000e0062"),
        ("\u200bی", "\\u200bی"),
    ],
)
def test_joiners_stay_where_they_are_needed(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_what_has_a_rule_is_unsafe() -> None:
    for code in range(0x110000):
        character = chr(code)
        if any(pattern.match(character) for pattern in (BIDIRECTIONAL, INVISIBLE, TAGS)):
            assert UNSAFE.match(character)


def test_newlines_and_tabs_are_safe_in_a_text_alone() -> None:
    assert clean("a\n\tb") == "a\n\tb"
    assert clean_line("a\n\tb\x1b") == "a\\n\\tb\\x1b"


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        (BIDIRECTIONAL, "\u061c\u200e\u202a\u202e\u2066\u2069", "\u061b\u200d\u202f\u2065\u206a"),
        (INVISIBLE, "\xad\u180e\u200b\u200d\u2060\u2064\ufeff\ufff9\ufffb", "\xac\u200e\u2065\ufffc"),
        (TAGS, "\U000e0000\U000e007f", "\U000dffff\U000e0080"),
        (
            UNSAFE,
            "\x00\x08\x0b\x1f\x7f\x9f\u2028\u202e\u206f\ud800\udfff\U000e0fff",
            "\t\n ~\xa0\u2027\u202f\ue000\U000e1000",
        ),
    ],
)
def test_which_characters_a_pattern_matches(pattern: re.Pattern[str], inside: str, outside: str) -> None:
    assert "".join(pattern.findall(inside + outside)) == inside


@pytest.mark.parametrize(
    ("character", "expected"),
    [
        ("\x00", "\\x00"), ("\xff", "\\xff"), ("\u0100", "\\u0100"), ("\uffff", "\\uffff"), ("\U00010000", "\\U00010000"),
        ("\U0010ffff", "\\U0010ffff"),
    ],
)  # fmt: skip
def test_the_escape_of_a_character(character: str, expected: str) -> None:
    assert escape_character(character) == expected


def test_a_joiner_looks_at_its_neighbours_alone() -> None:
    assert clean("a\u200cb\u06cc") == "a\\u200cb\u06cc"
    assert clean("\u06ccab\u200cc") == "\u06ccab\\u200cc"
