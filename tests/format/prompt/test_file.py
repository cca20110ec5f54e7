from __future__ import annotations

import pytest
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.model.prompt import Insert, Message, Prompt, TemplateText


def parse(text: str) -> Prompt:
    file = parse_prompt("test", text.encode())
    assert file.problems == ()
    assert file.prompt is not None
    return file.prompt


def problems(text: str) -> list[tuple[str, int, int]]:
    return [(p.rule, p.span.line, p.span.column) for p in parse_prompt("test", text.encode()).problems]


def test_the_smallest_prompt() -> None:
    prompt = parse("prompt: Hello\n")
    assert [turn.key for turn in prompt.turns] == ["prompt"]
    assert prompt.output.format == "text"


def test_the_simple_form_becomes_turns_in_sending_order() -> None:
    prompt = parse(
        "variables: {h: messages}\nprompt: P\nexamples: [{user: U, assistant: A}]\nsystem: S\n",
    )
    assert [turn.name if isinstance(turn, Insert) else turn.role for turn in prompt.turns] == [
        "system",
        "examples",
        "h",
        "user",
    ]


def test_messages_parts_and_inserts() -> None:
    prompt = parse(
        "variables: {h: messages}\n"
        "messages:\n"
        "  - {role: developer, content: D}\n"
        "  - {insert: h}\n"
        "  - role: user\n"
        "    content:\n"
        "      - text: T\n"
        "      - {image: I, detail: low}\n"
        "      - {file: F, filename: f.pdf, media_type: application/pdf}\n"
    )
    last = prompt.turns[-1]
    assert isinstance(last, Message)
    assert not isinstance(last.content, TemplateText)
    assert [part.kind for part in last.content] == ["text", "image", "file"]
    assert [template.key for template in prompt.templates][1:] == [
        "messages[2].content[0].text",
        "messages[2].content[1].image",
        "messages[2].content[2].file",
    ]


def test_variables_know_what_callers_must_give() -> None:
    prompt = parse(
        "variables:\n"
        "  a: string\n"
        "  b: {type: integer, default: 3, minimum: 1}\n"
        "  c: {type: any, optional: true}\n"
        "  d: {type: [string, 'null'], untrusted: true, description: D}\n"
        "  e: {default: null}\n"
        "prompt: x\n"
    )
    assert [variable.required for variable in prompt.variables] == [True, False, False, True, False]
    b, d = prompt.find_variable("b"), prompt.find_variable("d")
    assert b is not None
    assert d is not None
    assert b.schema == {"type": "integer", "minimum": 1}
    assert (d.type, d.schema, d.untrusted) == ("any", {"type": ["string", "null"]}, True)


def test_a_case_takes_its_history() -> None:
    prompt = parse(
        "variables: {h: messages}\nprompt: x\n"
        "tests: [{name: t, history: [{role: user, content: hi}], expect: [{contains: [a, b], role: user}]}]\n"
    )
    (case,) = prompt.cases
    assert case.variables == {"h": [{"role": "user", "content": "hi"}]}
    assert case.expectations[0].value == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("missing-key", 1, 1)),
        ("- a\n", ("wrong-type", 1, 1)),
        ("name: x\n", ("missing-key", 1, 1)),
        ("prompt: 3\n", ("wrong-type", 1, 9)),
        ("prompt:\n", ("wrong-type", 1, 8)),
        ("promt: x\n", ("unknown-key", 1, 1)),
        ("prompt: x\nmessages: []\n", ("conflicting-keys", 1, 1)),
        ("messages: []\n", ("missing-key", 1, 11)),
        ("messages: [{role: usr, content: x}]\n", ("invalid-value", 1, 19)),
        ("messages: [{role: user}]\n", ("missing-key", 1, 12)),
        ("messages: [{insert: nope}]\n", ("invalid-value", 1, 21)),
        (
            "messages: [{insert: examples, role: user}]\nexamples: [{user: a, assistant: b}]\n",
            ("conflicting-keys", 1, 37),
        ),
        ("messages: [{role: user, content: [{text: a, image: b}]}]\n", ("conflicting-keys", 1, 35)),
        ("messages: [{role: user, content: [{detail: low}]}]\n", ("missing-key", 1, 35)),
        ("prompt: x\nexamples: [{user: a}]\n", ("missing-key", 2, 12)),
        ("prompt: x\nmodel: {name: 4}\n", ("wrong-type", 2, 15)),
        ("prompt: x\nmodel: {version: 1.10}\n", ("wrong-type", 2, 18)),
        ("prompt: x\noutput: {format: xml}\n", ("invalid-value", 2, 18)),
        ("prompt: x\noutput: {schema: [1]}\n", ("wrong-type", 2, 18)),
        ("prompt: x\ntools: [{description: d}]\n", ("missing-key", 2, 9)),
        ("prompt: x\ntool_choice: nope\n", ("invalid-value", 2, 14)),
        ("prompt: x\ntemplate: {trim_blocks: 1}\n", ("wrong-type", 2, 25)),
        ("prompt: x\nmetadata: [1]\n", ("wrong-type", 2, 11)),
        ("prompt: x\nvariables: {a: strng}\n", ("invalid-value", 2, 16)),
        ("prompt: x\nvariables: {for: string}\n", ("invalid-value", 2, 13)),
        ("prompt: x\nvariables: {examples: messages}\n", ("invalid-value", 2, 13)),
        ("prompt: x\nvariables: {examples: {type: messages}}\n", ("invalid-value", 2, 13)),
        ("messages: [{insert: examples}]\n", ("invalid-value", 1, 21)),
        ("prompt: x\nmodel: {parameters: {t: .nan}}\n", ("wrong-type", 2, 25)),
        ("prompt: x\nvariables: {a-b: string}\n", ("invalid-value", 2, 13)),
        ("prompt: x\nvariables: {a: {typ: string}}\n", ("unknown-key", 2, 17)),
        ("prompt: x\nvariables: {a: {default: 1, optional: true}}\n", ("conflicting-keys", 2, 39)),
        ("prompt: x\ntests: [{name: a}, {name: a}]\n", ("invalid-value", 2, 27)),
        ("prompt: x\ntests: [{variables: {}}]\n", ("missing-key", 2, 9)),
        ("prompt: x\ntests: [{name: a, history: []}]\n", ("invalid-value", 2, 28)),
        ("prompt: x\ntests: [{name: a, expect: [{contains: a, equals: b}]}]\n", ("conflicting-keys", 2, 28)),
        ("prompt: x\ntests: [{name: a, expect: [{max_chars: x}]}]\n", ("wrong-type", 2, 40)),
        ("prompt: x\ntests: [{name: a, expect: [{contains: [1]}]}]\n", ("wrong-type", 2, 40)),
    ],
)
def test_a_wrong_file_is_told_where(text: str, expected: tuple[str, int, int]) -> None:
    assert expected in problems(text)


def test_all_errors_come_at_once_in_order() -> None:
    text = "descripton: x\nname: 3\nmodel: {nam: y}\ntests: [{}]\n"
    assert [problem[0] for problem in problems(text)] == [
        "missing-key",
        "unknown-key",
        "wrong-type",
        "unknown-key",
        "missing-key",
    ]


def test_a_misspelt_key_is_guessed() -> None:
    (problem,) = parse_prompt("test", b"prompt: x\ndescripton: y\n").problems
    assert problem.help is not None
    assert "Did you mean 'description'?" in problem.help


def test_a_comma_in_braces_is_explained() -> None:
    (problem,) = parse_prompt("test", b"prompt: x\nvariables: {a: {type: string, description: b, or c}}\n").problems
    assert problem.help is not None
    assert "put quotes around" in problem.help
