from __future__ import annotations

import json

import pytest
from basalt_cli.format.yaml.positions import line_and_column, locate, source_offsets
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.format.yaml.writer import format_block, format_scalar
from basalt_cli.model.source import Mapping, Scalar
from hypothesis import given
from hypothesis import strategies as st


def scalar_of(text: str) -> tuple[str, Scalar]:
    document = read_yaml(text.encode())
    assert isinstance(document.root, Mapping), document.problems
    value = document.root.find("a")
    assert isinstance(value, Scalar)
    return document.text, value


def place(text: str, needle: str) -> tuple[int, int]:
    source, scalar = scalar_of(text)
    return locate(source, scalar, scalar.text.index(needle), len(needle))[:2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: X\n", (1, 4)),
        ("a: one\n  two X\n", (2, 7)),
        ("a: 'it''s X'\n", (1, 11)),
        ("a: C:\\new\\u0041 X\n", (1, 17)),
        ("a: 'C:\\new\\u0041 X'\n", (1, 18)),
        ('a: "t\\tX"\n', (1, 8)),
        ('a: "one\n  two \\\n  X"\n', (3, 3)),
        ('a: "\\u00e9\\x41 X"\n', (1, 16)),
        ("a: |\n  one\n    X\n", (3, 5)),
        ("a: |-\n\n\n  one\n\n  X\n", (6, 3)),
        ("a: |2\n    one\n   X\n", (3, 4)),
        ("a: >\n  one\n  two X\n", (3, 7)),
        ("a: >-\n  one\n\n   more\n   X\n", (5, 4)),
        ("a: | # comment\n  X\n", (2, 3)),
        ("b: {a: 1}\na: |\r\n  one\r\n  X\r\n", (4, 3)),
        ('b: é𝄞\na: "𝄞X"\n', (2, 6)),
    ],
)
def test_finds_the_character_in_every_style(text: str, expected: tuple[int, int]) -> None:
    assert place(text, "X") == expected


def test_finds_it_inside_a_flow_mapping() -> None:
    document = read_yaml(b'b: {a: "one X"}\n')
    assert isinstance(document.root, Mapping)
    inner = document.root.find("b")
    assert isinstance(inner, Mapping)
    scalar = inner.find("a")
    assert isinstance(scalar, Scalar)
    assert locate(document.text, scalar, 4)[:2] == (1, 13)


def test_an_offset_past_the_end_is_the_last_character() -> None:
    source, scalar = scalar_of("a: |\n  one\n")
    assert locate(source, scalar, 99)[0] == 2


_LINES = st.text(alphabet="ab X{}%é'\":#-", max_size=12)


@given(st.lists(_LINES, min_size=1, max_size=6).map("\n".join))
def test_what_the_writer_writes_is_read_back_and_aligned(value: str) -> None:
    for written in (format_scalar(value), format_block(value, 0), json.dumps(value)):
        source, scalar = scalar_of(f"a: {written}\n")
        assert scalar.text == value
        offsets = source_offsets(source, scalar)
        assert len(offsets) == len(value)
        for character, offset in zip(value, offsets, strict=True):
            if not character.isspace() and source[offset] != "\\":
                assert source[offset] == character


def test_lines_end_as_yaml_says() -> None:
    assert line_and_column("a\r\nb\rc\nd", 7) == (4, 1)
