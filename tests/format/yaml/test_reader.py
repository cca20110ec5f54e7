from __future__ import annotations

import time

import pytest
from basalt_cli.format.yaml.decoding import to_json
from basalt_cli.format.yaml.reader import PROMPT_LIMITS, Limits, read_yaml, resolve_plain
from basalt_cli.model.source import FILE_START, Mapping, Scalar, Sequence, Span
from hypothesis import given
from hypothesis import strategies as st


def problems(text: str | bytes) -> list[tuple[str, int, int]]:
    data = text.encode() if isinstance(text, str) else text
    return [(problem.rule, problem.span.line, problem.span.column) for problem in read_yaml(data).problems]


def show(text: str | bytes, limits: Limits = PROMPT_LIMITS) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [
        f"{p.span.line}:{p.span.column}-{p.span.end_line}:{p.span.end_column} {p.rule}: {p.message} | {p.help}"
        for p in read_yaml(data, limits).problems
    ]


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a: 1\na: 2\n",
            [
                "2:1-2:2 duplicate-key: the key 'a' is already on line 1 | Keep one of the two; other YAML readers silently use the last."
            ],
        ),
        (
            "a: {b: 1, b: 2}\n",
            [
                "1:11-1:12 duplicate-key: the key 'b' is already on line 1 | Keep one of the two; other YAML readers silently use the last."
            ],
        ),
        ("a: &x 1\n", ["1:4-1:8 anchor: anchor &x | Share text through a partial instead: {% include %}."]),
        (
            "a: &x 1\nb: *x\n",
            [
                "1:4-1:8 anchor: anchor &x | Share text through a partial instead: {% include %}.",
                "2:4-2:6 anchor: alias *x | Share text through a partial instead: {% include %}.",
            ],
        ),
        ("<<: {a: 1}\n", ["1:1-1:3 anchor: merge key << | Share text through a partial instead: {% include %}."]),
        ('"<<": a\n', []),
        (
            "a: !!bool x\n",
            [
                "1:4-1:12 explicit-tag: explicit tag tag:yaml.org,2002:bool | Remove the tag; quote the value if it is text."
            ],
        ),
        ("1: a\n", ['1:1-1:2 non-string-key: the key 1 is not text | Write "1" if you mean the text.']),
        ("null: a\n", ['1:1-1:5 non-string-key: the key null is not text | Write "null" if you mean the text.']),
        ("~: a\n", ['1:1-1:2 non-string-key: the key ~ is not text | Write "~" if you mean the text.']),
        ("? [a]\n: b\n", ["1:3-1:6 non-string-key: a key must be text, not a list or mapping | None"]),
        (
            "a:\n\t- b\n",
            [
                "2:1-2:2 yaml-syntax: found character that cannot start any token (while scanning for the next token that starts on line 2) | Indent with spaces, not tabs, and quote values that start with @, ` or %."
            ],
        ),
        (
            "a: [1\nb: 2\n",
            [
                "2:2-2:3 yaml-syntax: did not find expected ',' or ']' (while parsing a flow sequence that starts on line 1) | Check the indentation, the quotes and the brackets around this place."
            ],
        ),
        (
            "a: b: c\n",
            [
                "1:5-1:6 yaml-syntax: mapping values are not allowed in this context | Quote a value that contains a colon followed by a space."
            ],
        ),
        (
            "a: 1\n b: 2\n",
            [
                "2:3-2:4 yaml-syntax: mapping values are not allowed in this context | Quote a value that contains a colon followed by a space."
            ],
        ),
        (
            "a: >\n  b\n c\n",
            [
                "3:2-3:3 yaml-syntax: did not find expected key (while parsing a block mapping that starts on line 1) | Check the indentation of this line against the lines above."
            ],
        ),
        ("a: 1\n---\nb: 2\n", ["2:1-2:4 yaml-syntax: a second document starts here | Keep one document."]),
        ("---\na: 1\n...\n---\n", ["4:1-4:4 yaml-syntax: a second document starts here | Keep one document."]),
        ("a: 9999999999999999999999999999999999999999\n", []),
        (
            "a: 99999999999999999999999999999999999999999\n",
            ["1:4-1:45 document-bounds: a number of 41 digits | Quote the value to keep it as text."],
        ),
        (
            "a: 111111111111111111111111111111111111111.5\n",
            ["1:4-1:45 document-bounds: a number of 41 digits | Quote the value to keep it as text."],
        ),
        ("a: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", []),
        ("a: .inf\n", ["1:4-1:8 wrong-type: .inf is not a JSON number | Quote the value to keep it as text."]),
        ("a: -.INF\n", ["1:4-1:9 wrong-type: -.INF is not a JSON number | Quote the value to keep it as text."]),
        ("a: .nan\n", ["1:4-1:8 wrong-type: .nan is not a JSON number | Quote the value to keep it as text."]),
        ("a: 1e999\n", ["1:4-1:9 wrong-type: 1e999 is not a JSON number | Quote the value to keep it as text."]),
        ('a: "x\\0y"\n', ["1:4-1:10 encoding: a NUL character, written as an escape | Remove it."]),
        ("a: \x07", ["1:4-1:5 encoding: U+0007 is not allowed in YAML | Remove it, or write it as an escape."]),
        ("a: \uffff b\n", ["1:4-1:5 encoding: U+FFFF is not allowed in YAML | Remove it, or write it as an escape."]),
        ("a: 1\nb: \x00", ["2:4-2:5 encoding: the file contains a NUL character | Remove it."]),
        (
            b"\xef\xbb\xbfa: 1",
            [
                "1:1-1:1 encoding: the file starts with a byte order mark | Save the file as UTF-8 without a byte order mark."
            ],
        ),
        (
            b"\xff\xfea\x00",
            ["1:1-1:1 encoding: the file is UTF-16 | Save the file as UTF-8 without a byte order mark."],
        ),
        (
            b"\xfe\xff\x00a",
            ["1:1-1:1 encoding: the file is UTF-16 | Save the file as UTF-8 without a byte order mark."],
        ),
        (
            b"a: caf\xe9",
            ["1:7-1:8 encoding: byte 0xe9 is not UTF-8 | Save the file as UTF-8 without a byte order mark."],
        ),
        (
            b"a: 1\nb: \xff\n",
            ["2:4-2:5 encoding: byte 0xff is not UTF-8 | Save the file as UTF-8 without a byte order mark."],
        ),
        ("# only\n", []),
        ("", []),
        ("a: !x [1]\n", ["1:4-1:8 explicit-tag: explicit tag !x | Remove the tag; quote the value if it is text."]),
        ("a: &b {c: 1}\n", ["1:4-1:8 anchor: anchor &b | Share text through a partial instead: {% include %}."]),
        ("[1, &a 2]\n", ["1:5-1:9 anchor: anchor &a | Share text through a partial instead: {% include %}."]),
        ("%YAML 1.1\n---\na: 1\n", []),
    ],
)
def test_every_problem_has_a_place_a_message_and_a_help(text: str | bytes, expected: list[str]) -> None:
    assert show(text) == expected


@pytest.mark.parametrize(
    ("text", "limits", "expected"),
    [
        (
            "a: 12345678\n",
            Limits(size_bytes=11, depth=32, events=20000),
            ["1:1-1:1 document-bounds: the file has more than 11 bytes | Move long texts to partials."],
        ),
        ("a: 1234567\n", Limits(size_bytes=11, depth=32, events=20000), []),
        (
            "[[1]]\n",
            Limits(size_bytes=262144, depth=2, events=20000),
            ["1:3-1:4 document-bounds: nested deeper than 2 levels | Use fewer levels."],
        ),
        ("[[1]]\n", Limits(size_bytes=262144, depth=3, events=20000), []),
        (
            "{a: {b: [x]}}\n",
            Limits(size_bytes=262144, depth=3, events=20000),
            ["1:10-1:11 document-bounds: nested deeper than 3 levels | Use fewer levels."],
        ),
        (
            "[1, 2, 3]\n",
            Limits(size_bytes=262144, depth=32, events=5),
            ["1:9-1:10 document-bounds: more than 5 nodes | Split the file."],
        ),
        ("[1, 2, 3]\n", Limits(size_bytes=262144, depth=32, events=8), []),
        ("[1, 2, 3]\n", Limits(size_bytes=262144, depth=32, events=9), []),
    ],
)
def test_a_document_has_limits(text: str, limits: Limits, expected: list[str]) -> None:
    assert show(text, limits) == expected


def test_nodes_have_places_and_styles() -> None:
    root = read_yaml(b"a: [1, 'x']\nb:\n  c: |\n    text\n").root
    assert isinstance(root, Mapping)
    assert root.span == Span(1, 1, 5, 1)
    assert not root.flow
    items = root.find("a")
    assert isinstance(items, Sequence)
    assert items.span == Span(1, 4, 1, 12)
    assert items.items == (
        Scalar(1, "1", "", 4, 5, Span(1, 5, 1, 6)),
        Scalar("x", "x", "'", 7, 10, Span(1, 8, 1, 11)),
    )
    block = root.find("b")
    assert isinstance(block, Mapping)
    assert block.entries == (
        (
            Scalar("c", "c", "", 17, 18, Span(3, 3, 3, 4)),
            Scalar("text\n", "text\n", "|", 20, 31, Span(3, 6, 5, 1)),
        ),
    )
    assert root.find("nope") is None


def test_braces_are_a_flow_mapping() -> None:
    root = read_yaml(b"{a: 1}").root
    assert isinstance(root, Mapping)
    assert root.flow


def test_a_document_keeps_its_text_and_has_no_root_after_a_syntax_error() -> None:
    assert read_yaml(b"a: [").text == "a: ["
    assert read_yaml(b"a: [").root is None
    assert read_yaml(b"").root is None
    assert read_yaml(b"\xff").text == ""
    assert Span(1, 1, 1, 1) == FILE_START


def test_a_refused_key_does_not_replace_the_first_one() -> None:
    root = read_yaml(b"a: 1\na: 2\n3: x\n<<: y\n? [z]\n: w\nb: 4\n").root
    assert root is not None
    assert to_json(root) == {"a": 1, "b": 4}


def test_a_character_that_is_refused_has_its_place_at_the_start_too() -> None:
    assert show("\x07a") == ["1:1-1:2 encoding: U+0007 is not allowed in YAML | Remove it, or write it as an escape."]


def test_a_number_that_is_refused_stays_text() -> None:
    for text in (".inf", "1e999", "9" * 41):
        root = read_yaml(f"a: {text}\n".encode()).root
        assert root is not None
        assert to_json(root) == {"a": text}


def test_the_default_limits_are_those_of_a_prompt() -> None:
    assert Limits() == PROMPT_LIMITS == (262_144, 32, 20_000)
