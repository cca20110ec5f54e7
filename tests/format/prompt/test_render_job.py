from __future__ import annotations

import json

import pytest
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.format.prompt.render_job import build_case, build_texts, render_cases
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt


def parse(text: str) -> Prompt:
    prompt = parse_prompt("t", text.encode()).prompt
    assert prompt is not None
    return prompt


def job(text: str, partials: dict[str, str] | None = None, **values: Json) -> dict[str, Json]:
    prompt = parse(text)
    texts, case = build_texts(prompt, partials or {}, prompt.templates), build_case(prompt, values)
    (answer,) = render_cases([json.loads(json.dumps(texts))], [json.loads(json.dumps(case))])
    assert json.loads(json.dumps(answer)) == answer
    return answer


def test_a_request_holds_what_the_rendering_needs() -> None:
    prompt = parse(
        "variables: {a: string, b: {pattern: x}, c: {pattern: y}}\ntemplate: {trim_blocks: true}\nsystem: s\nprompt: p\n"
    )
    assert build_texts(prompt, {"q": "Q"}, prompt.templates[1:]) == {
        "texts": {"prompt": "p"},
        "partials": {"q": "Q"},
        "whitespace": {"trim_blocks": True, "lstrip_blocks": False, "keep_trailing_newline": False},
    }
    assert build_case(prompt, {"a": "1", "b": "2"}, 3) == {
        "prompt": 3,
        "variables": {"a": "1", "b": "2"},
        "schemas": {"b": {"pattern": "x"}},
    }


def test_texts_are_rendered_by_key() -> None:
    assert job("system: S\nprompt: '{% include \"q\" %} {{ a }}'\n", {"q": "Q"}, a="A") == {
        "texts": {"system": "S", "prompt": "Q A"}
    }


def test_whitespace_settings_count() -> None:
    text = 'prompt: "{% if true %}\\nx{% endif %}"\n'
    assert job(text) == {"texts": {"prompt": "\nx"}}
    assert job(text + "template: {trim_blocks: true}\n") == {"texts": {"prompt": "x"}}


def test_values_are_checked_before_anything_is_rendered() -> None:
    text = "variables: {a: {pattern: '^x'}, b: {pattern: '^y'}}\nprompt: '{{ gone }}'\n"
    assert job(text, a="z", b="y") == {"invalid": {"a": " is invalid: 'z' does not match '^x'"}}


def test_a_failure_has_its_place() -> None:
    assert job("prompt: |\n  a\n  {{ gone }}\n") == {
        "failure": {"template": "prompt", "line": 2, "message": "'gone' is undefined", "name": "gone"}
    }
    assert job("prompt: '{% include \"q\" %}'\n", {"q": "{{ 1 // 0 }}"}) == {
        "failure": {
            "template": "q", "line": 1, "message": "ZeroDivisionError: integer division or modulo by zero", "name": None
        }
    }  # fmt: skip


def test_too_much_text_is_told() -> None:
    assert job("prompt: '{{ a * 2 }}'\n", a="x" * 300_000) == {"texts": {"prompt": "x" * 600_000}}
    assert job("system: '{{ a }}'\nprompt: '{{ a }}'\n", a="x" * 600_000) == {"too_large": True}


def test_each_case_names_its_prompt() -> None:
    one = parse("variables: {a: {pattern: '^x'}}\nprompt: '{{ a }}!'\n")
    two = parse("prompt: two\n")
    prompts = [build_texts(prompt, {}, prompt.templates) for prompt in (one, two)]
    cases = [
        build_case(one, {"a": "x1"}),
        build_case(two, {}, 1),
        build_case(one, {"a": "y"}),
        build_case(one, {}),
    ]
    assert list(render_cases(prompts, cases)) == [
        {"texts": {"prompt": "x1!"}},
        {"texts": {"prompt": "two"}},
        {"invalid": {"a": " is invalid: 'y' does not match '^x'"}},
        {"failure": {"template": "prompt", "line": 1, "message": "'a' is undefined", "name": "a"}},
    ]


@pytest.mark.parametrize("value", [{"b": 1}, [1], "text", None, True])
def test_values_are_what_json_makes_of_them(value: Json) -> None:
    texts = job("prompt: '{{ a|tojson }}'\n", a=value)["texts"]
    assert isinstance(texts, dict)
    assert json.loads(str(texts["prompt"])) == value
