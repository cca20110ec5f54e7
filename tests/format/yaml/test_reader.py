from __future__ import annotations

import time

import pytest
from basalt_cli.format.yaml.decoding import to_json
from basalt_cli.format.yaml.reader import Limits, read_yaml, resolve_plain
from basalt_cli.model.source import Mapping, Scalar
from hypothesis import given
from hypothesis import strategies as st


def problems(text: str | bytes) -> list[tuple[str, int, int]]:
    data = text.encode() if isinstance(text, str) else text
    return [(problem.rule, problem.span.line, problem.span.column) for problem in read_yaml(data).problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2\n", ("duplicate-key", 2, 1)),
        ("a: {b: 1, b: 2}\n", ("duplicate-key", 1, 11)),
        ("a: &x 1\n", ("anchor", 1, 4)),
        ("<<: {a: 1}\n", ("anchor", 1, 1)),
        ("a: !!bool x\n", ("explicit-tag", 1, 4)),
        ("a: !!timestamp x\n", ("explicit-tag", 1, 4)),
        ("1: a\n", ("non-string-key", 1, 1)),
        ("null: a\n", ("non-string-key", 1, 1)),
        ("? [a]\n: b\n", ("non-string-key", 1, 3)),
        ("a:\n\t- b\n", ("yaml-syntax", 2, 1)),
        ("a: [1\nb: 2\n", ("yaml-syntax", 2, 2)),
        ("a: 1\n---\nb: 2\n", ("yaml-syntax", 2, 1)),
        ("a: " + "9" * 5000, ("document-bounds", 1, 4)),
        ("a: \x07", ("encoding", 1, 4)),
        ("\ufeffa: 1", ("encoding", 1, 1)),
        ('a: 1\nb: "x\0"', ("encoding", 2, 6)),
        ("a: 1".encode("utf-16"), ("encoding", 1, 1)),
        (b"a: caf\xe9", ("encoding", 1, 7)),
    ],
)
def test_refuses_what_readers_disagree_about(text: str | bytes, expected: tuple[str, int, int]) -> None:
    assert expected in problems(text)


def test_an_alias_is_refused_where_it_stands() -> None:
    assert problems("a: &x [1]\nb: *x\n") == [("anchor", 1, 4), ("anchor", 2, 4)]


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 50_000, "a: " + "[" * 25_087])
def test_depth_is_bounded_before_anything_is_built(text: str) -> None:
    started = time.monotonic()
    document = read_yaml(text.encode())
    assert "document-bounds" in {problem.rule for problem in document.problems}
    assert time.monotonic() - started < 1


def test_size_and_number_of_nodes_are_bounded() -> None:
    assert problems("a: " + "x" * 300_000) == [("document-bounds", 1, 1)]
    assert problems("a: [" + "1," * 21_000 + "1]")[0][0] == "document-bounds"
    assert read_yaml(b"[1, 2, 3]", Limits(events=100)).problems == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("yes", "yes"), ("12:30:45", "12:30:45"), ("2026-01-01", "2026-01-01"),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("010", 10), ("0o10", 8),
        ("0x1F", 31), ("1.10", 1.1), (".5", 0.5), ("1e3", 1000.0), ("-7", -7), ("+7", 7), ("1_000", "1_000"),
        ("0b1", "0b1"), ("2026-99-99", "2026-99-99"), (".inf", float("inf")), ("-.INF", float("-inf")), ("9" * 5000, "9" * 5000), ("1.2.3", "1.2.3"),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema(text: str, value: object) -> None:
    resolved = resolve_plain(text)
    assert resolved == value
    assert type(resolved) is type(value)


def test_quoted_scalars_stay_text() -> None:
    root = read_yaml(b"a: \"1\"\nb: 'true'\nc: |\n  2\n").root
    assert isinstance(root, Mapping)
    assert to_json(root) == {"a": "1", "b": "true", "c": "2\n"}


def test_positions_count_characters_from_one() -> None:
    root = read_yaml('é: "𝄞"\nkey:   value\n'.encode()).root
    assert isinstance(root, Mapping)
    value = root.find("key")
    assert isinstance(value, Scalar)
    assert value.span == (2, 8, 2, 13)


@given(st.text(max_size=300))
def test_any_text_gives_a_document_or_problems(text: str) -> None:
    document = read_yaml(text.encode("utf-8", "surrogatepass"))
    for problem in document.problems:
        assert problem.span.line >= 1
        assert problem.span.column >= 1


def test_a_nul_cannot_be_written_as_an_escape() -> None:
    assert problems('a: "x\\0y"') == [("encoding", 1, 4)]
