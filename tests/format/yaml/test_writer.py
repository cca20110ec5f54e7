from __future__ import annotations

import pytest
import yaml
from basalt_cli.format.yaml.decoding import to_json
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.format.yaml.writer import format_block, format_number, format_scalar
from basalt_cli.model.source import Mapping
from hypothesis import given
from hypothesis import strategies as st

NAUGHTY = [
    "", " ", "no", "NO", "y", "off", "null", "~", "true", "1", "1.10", "010", "0x1f", "12:30:45", "2026-01-01", "1e3", "+1",
    ".5", "-", "- a", "? a", ": a", "a: b", "a #b", "#a", "@a", "`a", "%a", "&a", "*a", "!a", "|", ">", "'", '"', "[a]", "{a}",
    "a\tb", "a\nb", "\ufeff", "\u2028", "\x85", "\x00", "\x1b[31m", "\u202eabc", "a\u200bb", "😍", "𝄞", "ไทย", "\\", "\\n", "<<", "=",
    "a ", " a", "a  b", "NaN", "Infinity", "0b1", "1_000", "---", "...", "key", "Ω≈ç√∫", "\U000e0041",
]  # fmt: skip


@pytest.mark.parametrize("value", [value for value in NAUGHTY if "\x00" not in value])
def test_naughty_strings_come_back(value: str) -> None:
    for written in (format_scalar(value), format_block(value, 0)):
        root = read_yaml(f"a: {written}\n".encode()).root
        assert isinstance(root, Mapping)
        assert to_json(root) == {"a": value}
        assert yaml.safe_load(f"a: {written}\n") == {"a": value}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60))
def test_any_text_comes_back_through_two_readers(value: str) -> None:
    written = f"a: {format_scalar(value)}\n"
    document = read_yaml(written.encode())
    assert document.problems == ()
    assert document.root is not None
    assert to_json(document.root) == {"a": value}
    assert yaml.safe_load(written) == {"a": value}


def test_plain_words_stay_plain() -> None:
    assert format_scalar("support/reply") == "support/reply"
    assert format_scalar("Support reply") == "Support reply"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n", '"n"'),
        ("y", '"y"'),
        ("No", '"No"'),
        ("none", '"none"'),
        ("nan", '"nan"'),
        ("Inf", '"Inf"'),
        ("a b", "a b"),
        ("a  b", '"a  b"'),
        ("a ", '"a "'),
        ("a/b", "a/b"),
        ("a.b-c_d", "a.b-c_d"),
        ("1a", '"1a"'),
        ("-a", '"-a"'),
        ("a:b", '"a:b"'),
        ("a\tb", '"a\\tb"'),
        ("a\xa0b", '"a\\xa0b"'),
        ("\U000e0041", '"\\U000e0041"'),
        ("\ue000", '"\ue000"'),
        ("�", '"\\ufffd"'),
        ("\u200b", '"\\u200b"'),
        ("\x85", '"\\x85"'),
        ("a\\b", '"a\\\\b"'),
        ('a"b', '"a\\"b"'),
        ("\r", '"\\r"'),
        ("\ud800", '"\\ud800"'),
    ],
)
def test_a_scalar_is_quoted_where_it_must_be(text: str, expected: str) -> None:
    assert format_scalar(text) == expected


@pytest.mark.parametrize(
    ("text", "indent", "expected"),
    [
        ("a\nb\n", 0, "|\n  a\n  b"),
        ("a\nb", 2, "|-\n    a\n    b"),
        ("a\n\n\nb\n\n\n", 0, "|+\n  a\n\n\n  b\n\n"),
        ("a\n\n", 4, "|+\n      a\n"),
        (" a\n", 0, '" a\\n"'),
        ("\na\n", 0, '"\\na\\n"'),
        ("a \nb\n", 0, '"a \\nb\\n"'),
        ("", 0, '""'),
        ("\n", 0, '"\\n"'),
        ("a\tb\n", 0, "|\n  a\tb"),
        ("\ta\n", 0, '"\\ta\\n"'),
        ("a\u200bb\n", 0, '"a\\u200bb\\n"'),
        ("x", 0, "|-\n  x"),
    ],
)
def test_a_block(text: str, indent: int, expected: str) -> None:
    assert format_block(text, indent) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "1"),
        (1.5, "1.5"),
        (1e16, "1.0e+16"),
        (1e-07, "1.0e-07"),
        (1.5e300, "1.5e+300"),
        (-2e30, "-2.0e+30"),
        (100000, "100000"),
    ],
)
def test_a_number_is_one_for_every_reader(number: float, expected: str) -> None:
    assert format_number(number) == expected
    assert yaml.safe_load(expected) == number
