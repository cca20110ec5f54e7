from __future__ import annotations

import pytest
from basalt_cli.format.yaml.decoding import Decoder, to_json
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.model.source import FILE_START, Edit, Fix, Mapping, Problem, Scalar


def decode(text: str, getter: str, *arguments: object) -> tuple[object, list[str]]:
    """Return what a getter makes of a document, and the problems."""
    decoder = Decoder()
    value = getattr(decoder, getter)(read_yaml(text.encode()).root, "key", *arguments)
    return value, [f"{p.span.line}:{p.span.column} {p.rule}: {p.message} | {p.help}" for p in decoder.problems]


@pytest.mark.parametrize(
    ("text", "getter", "expected"),
    [
        ("a: 1\n", "text", "1:1 wrong-type: key must be text, not a mapping | None"),
        ("3\n", "text", '1:1 wrong-type: key must be text, not an integer (3) | Write "3" in quotes.'),
        ("true\n", "text", '1:1 wrong-type: key must be text, not a boolean (true) | Write "true" in quotes.'),
        ("~\n", "text", '1:1 wrong-type: key must be text, not null (~) | Write "~" in quotes.'),
        ("[1]\n", "text", "1:1 wrong-type: key must be text, not a list | None"),
        ("1.5\n", "text", '1:1 wrong-type: key must be text, not a number (1.5) | Write "1.5" in quotes.'),
        (
            "9999999999999999999999999999999999999999\n",
            "text",
            '1:1 wrong-type: key must be text, not an integer (9999999999999999999999999999999999999999) | Write "9999999999999999999999999999999999999999" in quotes.',
        ),
        (
            "0.99999999999999999999999999999999999999\n",
            "text",
            '1:1 wrong-type: key must be text, not a number (0.99999999999999999999999999999999999999) | Write "0.99999999999999999999999999999999999999" in quotes.',
        ),
        ("x\n", "entries", "1:1 wrong-type: key must be a mapping, not a string (x) | None"),
        ("[x]\n", "entries", "1:1 wrong-type: key must be a mapping, not a list | None"),
        (
            "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'\n",
            "entries",
            "1:1 wrong-type: key must be a mapping, not a string | None",
        ),
        ("x\n", "items", "1:1 wrong-type: key must be a list, not a string (x) | None"),
        ("a: 1\n", "items", "1:1 wrong-type: key must be a list, not a mapping | None"),
        ("1\n", "boolean", "1:1 wrong-type: key must be true or false, not an integer (1) | None"),
        ("yes\n", "boolean", "1:1 wrong-type: key must be true or false, not a string (yes) | None"),
        ("true\n", "integer", "1:1 wrong-type: key must be a whole number, not a boolean (true) | None"),
        ("1.0\n", "integer", "1:1 wrong-type: key must be a whole number, not a number (1.0) | None"),
        ("'1'\n", "integer", "1:1 wrong-type: key must be a whole number, not a string (1) | None"),
        ("~\n", "integer", "1:1 wrong-type: key must be a whole number, not null (~) | None"),
    ],
)
def test_a_wrong_type_is_told(text: str, getter: str, expected: str) -> None:
    value, problems = decode(text, getter)
    assert not value
    assert problems == [expected]


@pytest.mark.parametrize(
    ("text", "choices", "expected"),
    [
        ("warn\n", ("fail", "warn"), []),
        (
            "warm\n",
            ("fail", "warn"),
            ["1:1 invalid-value: key cannot be 'warm' | Did you mean 'warn'? Use one of: fail, warn."],
        ),
        ("x\n", ("fail", "warn"), ["1:1 invalid-value: key cannot be 'x' | Use one of: fail, warn."]),
        ("3\n", ("fail", "warn"), ['1:1 wrong-type: key must be text, not an integer (3) | Write "3" in quotes.']),
    ],
)
def test_a_choice(text: str, choices: tuple[str, ...], expected: list[str]) -> None:
    value, problems = decode(text, "choice", choices)
    assert problems == expected
    assert value == (None if problems else text.strip())


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("known: 1\n", ("known", "other"), []),
        (
            "knwon: 1\n",
            ("known", "other"),
            ["1:1 unknown-key: unknown key 'knwon' in key | Did you mean 'known'? Known keys in key: known, other."],
        ),
        (
            "known: 1\nknow: 2\n",
            ("known", "other"),
            ["2:1 unknown-key: unknown key 'know' in key | Did you mean 'known'? Known keys in key: known, other."],
        ),
        (
            "zzzz: 1\n",
            ("known", "other"),
            ["1:1 unknown-key: unknown key 'zzzz' in key | Known keys in key: known, other."],
        ),
        (
            "{known: a, or b}\n",
            ("known", "other"),
            [
                "1:12 unknown-key: unknown key 'or b' in key | Inside braces a comma starts the next key: put quotes around a text that contains one."
            ],
        ),
        (
            "{known: a, b: 1}\n",
            ("known", "other"),
            ["1:12 unknown-key: unknown key 'b' in key | Known keys in key: known, other."],
        ),
        ("[a]\n", ("known",), ["1:1 wrong-type: key must be a mapping, not a list | None"]),
    ],
)
def test_unknown_keys_are_told(text: str, known: tuple[str, ...], expected: list[str]) -> None:
    value, problems = decode(text, "fields", known)
    assert problems == expected
    assert isinstance(value, dict)
    assert value.keys() <= set(known)


@pytest.mark.parametrize("getter", ["text", "text_scalar", "boolean", "integer"])
def test_what_is_absent_is_none_and_no_problem(getter: str) -> None:
    assert decode("", getter) == (None, [])


def test_absent_collections_are_empty_and_no_problem() -> None:
    assert decode("", "choice", ("a",)) == (None, [])
    assert decode("", "entries") == ((), [])
    assert decode("", "items") == ((), [])
    assert decode("", "fields", ("a",)) == ({}, [])


def test_right_values_are_returned() -> None:
    assert decode("'1'\n", "text") == ("1", [])
    assert decode("false\n", "boolean") == (False, [])
    assert decode("true\n", "boolean") == (True, [])
    assert decode("0x10\n", "integer") == (16, [])
    items, problems = decode("[a, b]\n", "items")
    assert isinstance(items, tuple)
    assert ([item.text for item in items], problems) == (["a", "b"], [])
    entries, problems = decode("b: 1\na: 2\n", "entries")
    assert isinstance(entries, tuple)
    assert ([key.text for key, _ in entries], problems) == (["b", "a"], [])


def test_a_scalar_keeps_its_place() -> None:
    scalar, _ = decode("  x\n", "text_scalar")
    assert isinstance(scalar, Scalar)
    assert (scalar.text, scalar.span.column) == ("x", 3)


def test_fields_are_by_key_and_keep_known_ones_alone() -> None:
    found, _ = decode("b: 1\nc: 2\na: 3\n", "fields", ("a", "b"))
    assert isinstance(found, dict)
    assert {name: node.value for name, node in found.items()} == {"b": 1, "a": 3}


def test_a_misspelt_key_has_a_fix_that_is_not_safe() -> None:
    decoder = Decoder()
    decoder.fields(read_yaml(b"a: 1\ncontnt: x\n").root, "", ("content", "a"))
    (problem,) = decoder.problems
    assert problem.message == "unknown key 'contnt'"
    assert problem.help == "Did you mean 'content'? Known keys: content, a."
    assert problem.fix == Fix((Edit(5, 11, "content"),), is_safe=False)


def test_a_key_that_is_there_already_is_no_fix() -> None:
    decoder = Decoder()
    decoder.fields(read_yaml(b"content: 1\ncontnt: x\n").root, "", ("content", "a"))
    (problem,) = decoder.problems
    assert problem.fix is None


def test_a_comma_in_braces_has_no_fix() -> None:
    decoder = Decoder()
    decoder.fields(read_yaml(b"{known: a, knwn}\n").root, "", ("known", "knwon"))
    assert [problem.fix for problem in decoder.problems] == [None]


def test_a_document_of_the_wrong_type_is_named() -> None:
    decoder = Decoder()
    decoder.entries(read_yaml(b"- a\n").root, "")
    assert decoder.problems[0].message == "the document must be a mapping, not a list"


def test_a_decoder_keeps_the_problems_that_it_starts_with() -> None:
    problem = Problem("encoding", "m", FILE_START)
    decoder = Decoder((problem,))
    decoder.report("rule", "message", FILE_START, "help")
    assert decoder.problems == [problem, Problem("rule", "message", FILE_START, "help", None)]


def test_nodes_become_plain_values() -> None:
    root = read_yaml(b"a: [1, x, null, {b: 1.5}]\nc: true\n").root
    assert isinstance(root, Mapping)
    assert to_json(root) == {"a": [1, "x", None, {"b": 1.5}], "c": True}
