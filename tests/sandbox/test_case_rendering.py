"""Some templates of a prompt, for rules that read the rendered text."""

from __future__ import annotations

import pytest
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt
from basalt_cli.sandbox.case_rendering import render_some

LOOP = "{% for a in range(n) %}{% for b in range(n) %}{% for c in range(n) %}{% endfor %}{% endfor %}{% endfor %}"


def parse(text: str) -> Prompt:
    prompt = parse_prompt("a", text.encode()).prompt
    assert prompt is not None
    return prompt


def test_the_texts_of_the_templates_that_are_asked_for_come_back() -> None:
    prompt = parse("variables: {x: string}\nsystem: 'Be {{ x }}'\nprompt: '{% include \"p.md\" %} {{ x }}'\n")
    system, task = prompt.templates
    partials = {"p.md": "part"}
    both = render_some(prompt, partials, {"x": "kind"}, prompt.templates)
    assert both == {system.key: "Be kind", task.key: "part kind"}
    assert render_some(prompt, partials, {"x": "kind"}, (task,)) == {task.key: "part kind"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("variables: {x: string}\nprompt: '{{ x }}'\n", {}),
        ("variables: {x: {type: string, pattern: ^a$}}\nprompt: '{{ x }}'\n", {"x": "b"}),
        ("variables: {n: integer}\nprompt: '{{ 1 // n }}'\n", {"n": 0}),
        (f"variables: {{n: integer}}\nprompt: '{LOOP}'\n", {"n": 90_000}),
    ],
)
def test_what_cannot_be_rendered_within_the_limits_is_none(text: str, values: dict[str, Json]) -> None:
    prompt = parse(text)
    assert render_some(prompt, {}, values, prompt.templates) is None
