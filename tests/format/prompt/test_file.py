from __future__ import annotations

import pytest
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.model.prompt import Insert, Message, ModelSettings, Output, Prompt, TemplateText, Tool, Whitespace
from basalt_cli.model.source import Span


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


def show(text: str) -> list[str]:
    problems = parse_prompt("test", text.encode()).problems
    return [f"{p.span.line}:{p.span.column} {p.rule}: {p.message} | {p.help}" for p in problems]


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1:1 missing-key: the file is empty | Add a prompt: or messages: key."]),
        ("# only\n", ["1:1 missing-key: the file is empty | Add a prompt: or messages: key."]),
        ("- a\n", ["1:1 wrong-type: the document must be a mapping, not a list | None"]),
        ("x\n", ["1:1 wrong-type: the document must be a mapping, not a string (x) | None"]),
        ("name: x\n", ["1:1 missing-key: the prompt has no text | Add a prompt: or messages: key."]),
        ("prompt: 3\n", ['1:9 wrong-type: prompt must be text, not an integer (3) | Write "3" in quotes.']),
        (
            "promt: x\n",
            [
                "1:1 missing-key: the prompt has no text | Add a prompt: or messages: key.",
                "1:1 unknown-key: unknown key 'promt' | Did you mean 'prompt'? Known keys: name, description, feature, model, variables, system, prompt, messages, examples, output, tools, tool_choice, template, tests, metadata.",
            ],
        ),
        (
            "prompt: x\nmodel: {name: 4, versio: '1'}\n",
            [
                '2:15 wrong-type: model.name must be text, not an integer (4) | Write "4" in quotes.',
                "2:18 unknown-key: unknown key 'versio' in model | Did you mean 'version'? Known keys in model: provider, name, version, parameters.",
            ],
        ),
        ("prompt: x\nmodel: x\n", ["2:8 wrong-type: model must be a mapping, not a string (x) | None"]),
        (
            "prompt: x\nmodel: {parameters: [1]}\n",
            ["2:21 wrong-type: model.parameters must be a mapping, not a list | None"],
        ),
        (
            "prompt: x\noutput: {format: xml}\n",
            ["2:18 invalid-value: output.format cannot be 'xml' | Use one of: text, json."],
        ),
        (
            "prompt: x\noutput: {schema: [1]}\n",
            ["2:18 wrong-type: output.schema must be a JSON Schema, not a list | None"],
        ),
        (
            "prompt: x\noutput: {schema: 3}\n",
            ["2:18 wrong-type: output.schema must be a JSON Schema, not an integer (3) | None"],
        ),
        ("prompt: x\noutput: {schema: true}\n", []),
        ("prompt: x\noutput: {schema: {type: object}, format: json}\n", []),
        ("prompt: x\noutput: json\n", ["2:9 wrong-type: output must be a mapping, not a string (json) | None"]),
        ("prompt: x\ntools: {}\n", ["2:8 wrong-type: tools must be a list, not a mapping | None"]),
        (
            "prompt: x\ntools: [{description: d}]\n",
            ["2:9 missing-key: tools[0] has no name | Give the function's name."],
        ),
        (
            "prompt: x\ntools: [{name: 3}]\n",
            ['2:16 wrong-type: tools[0].name must be text, not an integer (3) | Write "3" in quotes.'],
        ),
        (
            "prompt: x\ntools: [{name: t, parameters: [1]}]\n",
            ["2:31 wrong-type: tools[0].parameters must be a mapping, not a list | None"],
        ),
        (
            "prompt: x\ntools: [{name: t, description: 1}]\n",
            ['2:32 wrong-type: tools[0].description must be text, not an integer (1) | Write "1" in quotes.'],
        ),
        (
            "prompt: x\ntools: [t]\n",
            [
                "2:9 wrong-type: tools[0] must be a mapping, not a string (t) | None",
                "2:9 missing-key: tools[0] has no name | Give the function's name.",
            ],
        ),
        (
            "prompt: x\ntool_choice: nope\n",
            [
                "2:14 invalid-value: tool_choice cannot be 'nope' | Did you mean 'none'? Use one of: auto, none, required."
            ],
        ),
        (
            "prompt: x\ntools: [{name: find}]\ntool_choice: fnd\n",
            [
                "3:14 invalid-value: tool_choice cannot be 'fnd' | Did you mean 'find'? Use one of: auto, none, required, find."
            ],
        ),
        ("prompt: x\ntools: [{name: find}]\ntool_choice: find\n", []),
        ("prompt: x\ntool_choice: required\n", []),
        (
            "prompt: x\ntemplate: {trim_blocks: 1}\n",
            ["2:25 wrong-type: template.trim_blocks must be true or false, not an integer (1) | None"],
        ),
        (
            "prompt: x\ntemplate: {trim: true}\n",
            [
                "2:12 unknown-key: unknown key 'trim' in template | Known keys in template: trim_blocks, lstrip_blocks, keep_trailing_newline."
            ],
        ),
        ("prompt: x\nmetadata: [1]\n", ["2:11 wrong-type: metadata must be a mapping, not a list | None"]),
        (
            "prompt: x\nfeature: 1\ndescription: 2\n",
            [
                '2:10 wrong-type: feature must be text, not an integer (1) | Write "1" in quotes.',
                '3:14 wrong-type: description must be text, not an integer (2) | Write "2" in quotes.',
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_told(text: str, expected: list[str]) -> None:
    assert show(text) == expected


def test_every_key_is_read() -> None:
    prompt = parse(
        "name: N\ndescription: D\nfeature: F\nprompt: x\n"
        "model: {provider: openai, name: m, version: '1', parameters: {temperature: 0.2, stop: [a]}}\n"
        "output: {format: json, schema: {type: object}}\n"
        "tools: [{name: t, description: d, parameters: {type: object, required: [a]}}, {name: u}]\n"
        "tool_choice: t\ntemplate: {trim_blocks: true, keep_trailing_newline: false}\nmetadata: {owner: [a]}\n"
    )
    assert (prompt.slug, prompt.name, prompt.description, prompt.feature) == ("test", "N", "D", "F")
    assert prompt.model == ModelSettings("m", "openai", "1", (("temperature", 0.2), ("stop", ["a"])))
    assert prompt.model.identifier == "m-1"
    assert prompt.output == Output("json", {"type": "object"})
    first, second = prompt.tools
    assert first == Tool("t", "d", {"type": "object", "required": ["a"]}, Span(7, 16, 7, 17))
    assert (second.description, second.parameters) == (None, {"type": "object", "properties": {}})
    assert prompt.tool_choice == "t"
    assert prompt.whitespace == Whitespace(trim_blocks=True)
    assert prompt.metadata == {"owner": ["a"]}


def test_what_is_absent_has_defaults() -> None:
    prompt = parse("prompt: x\n")
    assert (prompt.name, prompt.description, prompt.feature, prompt.metadata) == (None, None, None, None)
    assert (prompt.model, prompt.output, prompt.whitespace) == (ModelSettings(), Output("text"), Whitespace())
    assert (prompt.tools, prompt.tool_choice, prompt.variables, prompt.cases, prompt.examples) == ((), None, (), (), ())


def test_problems_come_in_the_order_of_the_file() -> None:
    problems = parse_prompt("test", b"tool_choice: x\nname: 1\na: &b 1\nmodel: 2\n").problems
    assert [problem.span.line for problem in problems] == sorted(problem.span.line for problem in problems)
    assert len(problems) == 6


def test_a_file_that_is_not_yaml_has_no_prompt() -> None:
    assert parse_prompt("test", b"a: [").prompt is None
    assert parse_prompt("test", b"").prompt is None
    assert parse_prompt("test", b"name: 3\n").prompt is not None
    assert parse_prompt("a/b", b"prompt: x").slug == "a/b"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("name", "text"), ("description", "text"), ("feature", "text"), ("system", "text"), ("prompt", "text"),
        ("model", "a mapping"), ("model.name", "text"), ("model.provider", "text"), ("model.version", "text"),
        ("model.parameters", "a mapping"), ("output", "a mapping"), ("output.format", "text"), ("tools", "a list"),
        ("tool_choice", "text"), ("template", "a mapping"), ("template.trim_blocks", "true or false"),
        ("template.lstrip_blocks", "true or false"), ("template.keep_trailing_newline", "true or false"),
        ("metadata", "a mapping"), ("examples", "a list"), ("tests", "a list"), ("variables", "a mapping"),
        ("messages", "a list"),
    ],
)  # fmt: skip
def test_every_key_has_a_type(path: str, expected: str) -> None:
    outer, _, inner = path.partition(".")
    value = f"{{{inner}: 3}}" if inner else "3"
    (found,) = [line for line in show(f"{outer}: {value}\n") if "wrong-type" in line]
    assert f"wrong-type: {path} must be {expected}, not an integer (3)" in found


def test_every_known_key_is_named_where_one_is_not() -> None:
    (unknown,) = show("prompt: x\nzzzzzz: 1\n")
    assert unknown == (
        "2:1 unknown-key: unknown key 'zzzzzz' | Known keys: name, description, feature, model, variables, system, "
        "prompt, messages, examples, output, tools, tool_choice, template, tests, metadata."
    )
    assert show(
        "prompt: x\nmodel: {zzzzzz: 1}\noutput: {zzzzzz: 1}\ntemplate: {zzzzzz: 1}\ntools: [{name: a, zzzzzz: 1}]\n"
    ) == [
        "2:9 unknown-key: unknown key 'zzzzzz' in model | Known keys in model: provider, name, version, parameters.",
        "3:10 unknown-key: unknown key 'zzzzzz' in output | Known keys in output: format, schema.",
        "4:12 unknown-key: unknown key 'zzzzzz' in template | Known keys in template: trim_blocks, lstrip_blocks, keep_trailing_newline.",
        "5:19 unknown-key: unknown key 'zzzzzz' in tools[0] | Known keys in tools[0]: name, description, parameters.",
    ]


@pytest.mark.parametrize("choice", ["auto", "none", "required"])
def test_every_tool_choice_is_known(choice: str) -> None:
    assert parse(f"prompt: x\ntool_choice: {choice}\n").tool_choice == choice
