"""The schemas for editors say what the parsers say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from basalt_cli.errors import BasaltError
from basalt_cli.format.config.config_file import parse_config
from basalt_cli.format.prompt.file import KEYS, parse_prompt
from basalt_cli.format.prompt.variables import OWN_KEYS, SCHEMA_KEYS
from basalt_cli.pointers.deployments_file import parse_deployments
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.diff.pairs import PAIRS

SCHEMAS = Path(__file__).parents[1] / "schemas"
PROMPTS = Path(__file__).parents[1] / "prompts"


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return found


PROMPT = load("prompt")
VALIDATOR = Draft202012Validator(PROMPT)


@pytest.mark.parametrize("path", sorted(SCHEMAS.rglob("*.json")), ids=lambda path: path.stem)
def test_a_schema_is_a_schema(path: Path) -> None:
    Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


def test_every_key_of_a_prompt_is_in_the_schema_with_words_and_an_example() -> None:
    assert set(PROMPT["properties"]) == set(KEYS)
    assert set(PROMPT["$defs"]["variable"]["oneOf"][1]["properties"]) == {*OWN_KEYS, *SCHEMA_KEYS}
    for body in PROMPT["properties"].values():
        assert body.get("description") or body.get("$ref")


def parses(value: Any) -> bool:
    return parse_prompt("test", json.dumps(value).encode()).problems == ()


@pytest.mark.parametrize("path", sorted(PROMPTS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_sample_prompts_are_good_in_both(path: Path) -> None:
    from basalt_cli.format.yaml.decoding import to_json

    file = parse_prompt("test", path.read_bytes())
    assert file.problems == ()
    assert file.document.root is not None
    VALIDATOR.validate(to_json(file.document.root))


@pytest.mark.parametrize("text", sorted({text for pair in PAIRS for text in pair[:2]}))
def test_good_prompts_are_good_in_the_schema(text: str) -> None:
    from basalt_cli.format.yaml.decoding import to_json

    root = parse_prompt("test", text.encode()).document.root
    assert root is not None
    VALIDATOR.validate(to_json(root))


_WORDS = st.sampled_from(["x", "user", "system", "examples", "h", "json", "string", "auto", ""])
_LEAVES = st.none() | st.booleans() | st.integers(-2, 2) | _WORDS
_MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "role": _WORDS,
        "content": _LEAVES | st.just([{"text": "a"}]) | st.just([{"image": 1}]),
        "insert": st.just("examples"),
    },
)
_EXPECT = st.fixed_dictionaries(
    {},
    optional={
        "contains": _LEAVES | st.just(["a"]),
        "max_chars": _LEAVES,
        "snapshot": _LEAVES,
        "message": _LEAVES,
        "role": _WORDS,
    },
)
_CASE: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {},
    optional={"name": _LEAVES, "variables": st.just({}) | _LEAVES, "expect": st.lists(_EXPECT, max_size=2) | _LEAVES},
)
_VARIABLE = _WORDS | st.fixed_dictionaries(
    {},
    optional={
        "type": _WORDS | st.just(["string"]),
        "default": _LEAVES,
        "optional": _LEAVES,
        "description": _LEAVES,
        "untrusted": _LEAVES,
        "enum": st.just(["a"]),
        "min": _LEAVES,
    },
)
_PROMPTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "name": _LEAVES,
        "model": st.fixed_dictionaries({}, optional={"name": _LEAVES, "parameters": st.just({"a": 1}) | _LEAVES, "nam": _LEAVES}) | _LEAVES,
        "variables": st.dictionaries(st.sampled_from(["h", "x", "x-y"]), _VARIABLE, max_size=2) | _LEAVES,
        "system": _LEAVES,
        "prompt": st.just("p") | _LEAVES,
        "messages": st.lists(_MESSAGE, max_size=2) | _LEAVES,
        "examples": st.lists(st.fixed_dictionaries({}, optional={"user": _LEAVES, "assistant": _LEAVES}), max_size=2),
        "output": st.fixed_dictionaries({}, optional={"format": _WORDS, "schema": _LEAVES | st.just({})}),
        "tools": st.lists(st.fixed_dictionaries({}, optional={"name": _LEAVES, "parameters": st.just({}) | _LEAVES}), max_size=1),
        "template": st.fixed_dictionaries({}, optional={"trim_blocks": _LEAVES}),
        "tests": st.lists(_CASE, max_size=1) | _LEAVES,
        "metadata": st.just({"a": [1]}) | _LEAVES,
        "promt": _LEAVES,
    },
)  # fmt: skip


@settings(max_examples=400)
@given(_PROMPTS)
def test_the_schema_and_the_parser_agree(value: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(value) == parses(value)


@pytest.mark.parametrize(
    "text",
    ["{}", '{"format": 2}', '{"environments": {"a": {"require": ["lint"]}}}', '{"environments": {"A": {}}}', '{"x": 1}', '{"environments": {"a": {"confirm": 1}}}'],
)  # fmt: skip
def test_the_schema_of_the_configuration_agrees(text: str) -> None:
    assert Draft202012Validator(load("config")).is_valid(json.loads(text)) == _is_good(parse_config, text)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"environments": {"a": {"x": {"version": "%s", "digest": "sha256:%s"}}}}' % ("a" * 40, "b" * 64),
        '{"environments": {"a": {"x": {"version": "%s"}}}}' % ("a" * 40),
        '{"environments": {"a": {"x": {"version": "abc", "digest": "d"}}}}',
        '{"format": 3}',
    ],
)
def test_the_schema_of_the_deployments_agrees(text: str) -> None:
    assert Draft202012Validator(load("deployments")).is_valid(json.loads(text)) == _is_good(parse_deployments, text)


def _is_good(parse: Any, text: str) -> bool:
    try:
        parse(text.encode())
    except BasaltError:
        return False
    return True
