"""What messages must be: each kind of expectation holds, or says in a clause why it does not."""

from __future__ import annotations

from typing import Any

import pytest
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Expectation
from basalt_cli.model.rendered import RenderedMessage
from basalt_cli.testing import expectations
from basalt_cli.testing.expectations import build_claim, check_claims, count_tokens, find_missing_package

MESSAGES = (RenderedMessage("system", "Be warm."), RenderedMessage("user", "Answer Hi, hi\n# not a heading\n"))
JSON = '{"a": {"b": 1}, "items": [{"id": 6}, {"id": 7}], "name": "Ada", "t": true}'


def find_problem(kind: str, value: Json, texts: list[Json]) -> Json:
    (found,) = check_claims(None, [{"kind": kind, "value": value, "texts": texts}])
    return found["problem"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("contains", "Answer"), ("contains", ["Answer", "warm"]), ("contains", "warm.\n\nAnswer"),
        ("not_contains", "cool"), ("not_contains", ["cool", "Bye"]), ("matches", r"Answer H\w"), ("matches", "^Be"),
        ("equals", "Be warm."), ("max_chars", 40), ("tokens_at_most", 20), ("count", {"of": "hi", "equals": 1}),
        ("count", {"of": "i", "at_least": 2, "at_most": 4}), ("count", {"of": "zzz", "equals": 0}),
        ("order", ["Be", "Answer", "hi"]), ("order", ["a", "a"]),
    ],
)  # fmt: skip
def test_an_expectation_that_holds_has_no_problem(kind: str, value: Json) -> None:
    assert find_problem(kind, value, [message.text for message in MESSAGES]) is None


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        ("contains", "late", "it does not contain 'late'"),
        ("contains", ["Answer", "late"], "it does not contain 'late'"),
        ("contains", "x" * 81, f"it does not contain '{'x' * 80}...'"),
        ("not_contains", ["cool", "warm"], "it contains 'warm'"),
        ("matches", "^x", "it does not match '^x'"),
        ("matches", "(", "'(' is not a regular expression: missing ), unterminated subpattern at position 0"),
        ("equals", "Be cool.", "it is not 'Be cool.'"),
        ("max_chars", 39, "it has 40 characters; the limit is 39"),
        ("tokens_at_most", 3, "it has 13 tokens (o200k_base); the limit is 3"),
        ("count", {"of": "hi", "equals": 4}, "it contains 'hi' 1 times instead of 4"),
        ("count", {"of": "hi", "at_least": 2}, "it contains 'hi' 1 times; the minimum is 2"),
        ("count", {"of": "hi", "at_most": 0}, "it contains 'hi' 1 times; the maximum is 0"),
        ("order", ["hi", "Answer"], "it does not contain 'Answer' after 'hi'"),
        ("order", ["zzz", "hi"], "it does not contain 'zzz'"),
        ("order", ["Answer", "Answer"], "it does not contain 'Answer' after 'Answer'"),
        ("json_schema", {"type": "object"}, "it is not JSON"),
        ("jsonpath", {"path": "$.a"}, "it is not JSON"),
    ],
)
def test_an_expectation_that_does_not_hold_has_a_problem(kind: str, value: Json, problem: str) -> None:
    assert find_problem(kind, value, [message.text for message in MESSAGES]) == problem


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"path": "$.a.b", "equals": 1}, None),
        ({"path": "$.a.b"}, None),
        ({"path": "$.items[*].id", "equals": 7}, None),
        ({"path": "$.items[*].id", "matches": "^7$"}, None),
        ({"path": "$.absent", "exists": False}, None),
        ({"path": "$.a", "exists": True}, None),
        ({"path": "$.name", "matches": "^A"}, None),
        ({"path": "$.t", "matches": "^true$"}, None),
        ({"path": "$.a.b", "equals": 2}, "$.a.b is '1' instead of '2'"),
        ({"path": "$.a.b", "equals": True}, "$.a.b is '1' instead of 'true'"),
        ({"path": "$.absent"}, "$.absent does not exist"),
        ({"path": "$.absent", "equals": None}, "$.absent does not exist"),
        ({"path": "$.a", "exists": False}, "$.a exists"),
        ({"path": "$.name", "matches": "^B"}, "$.name is 'Ada', which does not match '^B'"),
    ],
)
def test_a_path_selects_values_of_json(value: Json, problem: str | None) -> None:
    assert find_problem("jsonpath", value, [JSON]) == problem


def test_a_path_that_is_none_is_a_problem() -> None:
    assert str(find_problem("jsonpath", {"path": "$.["}, [JSON])).startswith("'$.[' is not a JSONPath: ")


def test_json_is_checked_by_a_schema() -> None:
    assert find_problem("json_schema", {"required": ["a"]}, [JSON]) is None
    assert str(find_problem("json_schema", {"required": ["b"]}, [JSON])).startswith("the value")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("equals", JSON), ("json_schema", {"type": "object"}), ("jsonpath", {"path": "$.a"})],
)
def test_one_message_that_fits_as_a_whole_is_enough(kind: str, value: Json) -> None:
    assert find_problem(kind, value, ["other", JSON]) is None
    assert find_problem(kind, value, ["other"]) is not None


def test_claims_are_checked_in_order() -> None:
    claims: list[dict[str, Any]] = [{"kind": "contains", "value": text, "texts": ["a b"]} for text in ("a", "x", "b")]
    assert [found["problem"] for found in check_claims(None, claims)] == [None, "it does not contain 'x'", None]


@pytest.mark.parametrize(
    ("message", "role", "texts"),
    [
        (None, None, ["Be warm.", MESSAGES[1].text]), (0, None, ["Be warm."]), (-1, None, [MESSAGES[1].text]),
        (None, "system", ["Be warm."]), (1, "system", []), (2, None, []), (-3, None, []), (None, "tool", []),
    ],
)  # fmt: skip
def test_an_expectation_applies_to_the_messages_that_it_names(
    message: int | None, role: str | None, texts: list[str]
) -> None:
    claim = build_claim(Expectation("contains", "x", message, role), MESSAGES)
    assert claim == {"kind": "contains", "value": "x", "texts": texts}


def test_an_expectation_of_no_message_is_a_problem() -> None:
    assert find_problem("not_contains", "x", []) == "there is no such message"


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [find_missing_package(kind) for kind in ("contains", "jsonpath", "tokens_at_most")] == [None] * 3
    monkeypatch.setattr(expectations, "_NEEDED_MODULES", {"jsonpath": "nothing_of_that_name"})
    message = "it needs a package that is not installed: pip install 'basalt-cli[tests]'"
    assert find_missing_package("jsonpath") == message


def test_tokens_are_those_of_the_encoding() -> None:
    assert [count_tokens(text) for text in ("", "hello", "hello world", "<|endoftext|>")] == [0, 1, 2, 7]
