from __future__ import annotations

import pytest
from basalt_cli.errors import BasaltError
from basalt_cli.format.yaml.json_reader import NotJsonError, parse_json
from basalt_cli.model.json_value import Json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2.5, "x", null, true]}', {"a": [1, 2.5, "x", None, True]}),
        (b'"caf\xc3\xa9"', "caf\xe9"),
        ("1e300", 1e300),
        ("-0.5", -0.5),
        ("{}", {}),
        ('[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
    ],
)
def test_json_is_read(text: str | bytes, value: Json) -> None:
    assert parse_json(text, "f.json") == value


def show(text: str | bytes) -> str:
    with pytest.raises(BasaltError) as caught:
        parse_json(text, "f.json")
    error = caught.value
    return f"{type(error).__name__} {error.place}: {error.message} | {error.hint}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{",
            "NotJsonError f.json:1:2: not JSON: Expecting property name enclosed in double quotes | Fix the syntax, or write it as YAML.",
        ),
        ("[1 2]", "NotJsonError f.json:1:4: not JSON: Expecting ',' delimiter | Fix the syntax, or write it as YAML."),
        ('{"a": 1, "a": 2}', "BasaltError f.json: duplicate key 'a' in a JSON object | Keep one of the two."),
        (
            '[{"b": {"c": 1, "d": 2, "c": 3}}]',
            "BasaltError f.json: duplicate key 'c' in a JSON object | Keep one of the two.",
        ),
        ("[NaN]", "BasaltError f.json: NaN is not a JSON number | Put it in quotes, or remove it."),
        ("[Infinity]", "BasaltError f.json: Infinity is not a JSON number | Put it in quotes, or remove it."),
        ("-Infinity", "BasaltError f.json: -Infinity is not a JSON number | Put it in quotes, or remove it."),
        ("1e999", "BasaltError f.json: 1e999 is not a JSON number | Put it in quotes, or remove it."),
        ("-1e999", "BasaltError f.json: -1e999 is not a JSON number | Put it in quotes, or remove it."),
        (b'"\xff"', "NotJsonError f.json: not UTF-8 | Save it as UTF-8."),
        ("", "NotJsonError f.json:1:1: not JSON: Expecting value | Fix the syntax, or write it as YAML."),
        ("[1]\n\n x", "NotJsonError f.json:3:2: not JSON: Extra data | Fix the syntax, or write it as YAML."),
    ],
)
def test_what_is_refused_is_told(text: str | bytes, expected: str) -> None:
    assert show(text) == expected


def test_depth_and_digits_are_bounded() -> None:
    assert show("[" * 100_000) == "BasaltError f.json: the JSON is nested too deeply | Use fewer levels."
    assert show("1" * 5000) == "BasaltError f.json: a number has too many digits | Put it in quotes."


def test_a_syntax_error_can_be_told_from_a_refusal() -> None:
    with pytest.raises(NotJsonError):
        parse_json("nope", "f.json")
    with pytest.raises(BasaltError) as caught:
        parse_json("NaN", "f.json")
    assert not isinstance(caught.value, NotJsonError)
