from __future__ import annotations

import pytest
import yaml
from basalt_cli.format.yaml.decoding import to_json
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.format.yaml.writer import format_block, format_scalar
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
