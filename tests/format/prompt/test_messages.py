from __future__ import annotations

import pytest
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.model.prompt import Insert, Message, Prompt, TemplateText


def show(text: str) -> list[str]:
    problems = parse_prompt("test", text.encode()).problems
    return [f"{p.span.line}:{p.span.column} {p.rule}: {p.message} | {p.help}" for p in problems]


def parse(text: str) -> Prompt:
    file = parse_prompt("test", text.encode())
    assert file.problems == ()
    assert file.prompt is not None
    return file.prompt


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("messages: []\n", ["1:11 missing-key: messages is empty | Add at least one message."]),
        ("messages: x\n", ["1:11 wrong-type: messages must be a list, not a string (x) | None"]),
        ("messages: [x]\n", ["1:12 wrong-type: messages[0] must be a mapping, not a string (x) | None"]),
        (
            "messages: [{role: user}]\n",
            ["1:12 missing-key: messages[0] has no content | Give a role and a content, or an insert."],
        ),
        (
            "messages: [{content: x}]\n",
            ["1:12 missing-key: messages[0] has no role | Give a role and a content, or an insert."],
        ),
        (
            "messages: [{role: usr, content: x}]\n",
            [
                "1:19 invalid-value: messages[0].role cannot be 'usr' | Did you mean 'user'? Use one of: system, developer, user, assistant."
            ],
        ),
        (
            "messages: [{role: user, content: 3}]\n",
            ['1:34 wrong-type: messages[0].content must be text, not an integer (3) | Write "3" in quotes.'],
        ),
        (
            "messages: [{role: user, content: x, extra: 1}]\n",
            [
                "1:37 unknown-key: unknown key 'extra' in messages[0] | Known keys in messages[0]: role, content, insert."
            ],
        ),
        (
            "prompt: x\nmessages: [{role: user, content: x}]\n",
            [
                "1:1 conflicting-keys: prompt: and messages: exclude each other | Move prompt: into messages:, or remove messages:."
            ],
        ),
        (
            "system: s\nmessages: [{role: user, content: x}]\nprompt: p\n",
            [
                "1:1 conflicting-keys: system: and messages: exclude each other | Move system: into messages:, or remove messages:.",
                "3:1 conflicting-keys: prompt: and messages: exclude each other | Move prompt: into messages:, or remove messages:.",
            ],
        ),
        (
            "messages: [{insert: nope}]\n",
            [
                "1:21 invalid-value: messages[0].insert cannot be 'nope' | Insert the examples of this prompt, or a variable of type messages. Possible here: none."
            ],
        ),
        (
            "messages: [{insert: examples}]\n",
            [
                "1:21 invalid-value: messages[0].insert cannot be 'examples' | Insert the examples of this prompt, or a variable of type messages. Possible here: none."
            ],
        ),
        (
            "variables: {h: messages, s: string}\nmessages: [{insert: s}]\n",
            [
                "2:21 invalid-value: messages[0].insert cannot be 's' | Insert the examples of this prompt, or a variable of type messages. Possible here: h."
            ],
        ),
        (
            "variables: {h: messages}\nmessages: [{insert: h, role: user, content: x}]\n",
            [
                "2:30 conflicting-keys: messages[0] has both insert and role | Write two entries of messages:.",
                "2:45 conflicting-keys: messages[0] has both insert and content | Write two entries of messages:.",
            ],
        ),
        (
            "messages: [{insert: 3}]\n",
            ['1:21 wrong-type: messages[0].insert must be text, not an integer (3) | Write "3" in quotes.'],
        ),
        (
            "messages: [{role: user, content: [{text: a, image: b}]}]\n",
            ["1:35 conflicting-keys: messages[0].content[0] must have exactly one of text, image, file | None"],
        ),
        (
            "messages: [{role: user, content: [{detail: low}]}]\n",
            ["1:35 missing-key: messages[0].content[0] must have exactly one of text, image, file | None"],
        ),
        (
            "messages: [{role: user, content: [{text: 3}]}]\n",
            ['1:42 wrong-type: messages[0].content[0].text must be text, not an integer (3) | Write "3" in quotes.'],
        ),
        (
            "messages: [{role: user, content: [{image: a, detail: lo}]}]\n",
            [
                "1:54 invalid-value: messages[0].content[0].detail cannot be 'lo' | Did you mean 'low'? Use one of: low, high, auto."
            ],
        ),
        (
            "messages: [{role: user, content: [{file: a, media_type: 3, filename: 4}]}]\n",
            [
                '1:57 wrong-type: messages[0].content[0].media_type must be text, not an integer (3) | Write "3" in quotes.',
                '1:70 wrong-type: messages[0].content[0].filename must be text, not an integer (4) | Write "4" in quotes.',
            ],
        ),
        (
            "messages: [{role: user, content: [x]}]\n",
            [
                "1:35 wrong-type: messages[0].content[0] must be a mapping, not a string (x) | None",
                "1:35 missing-key: messages[0].content[0] must have exactly one of text, image, file | None",
            ],
        ),
        ("system: s\n", ["1:1 missing-key: the prompt has no text | Add a prompt: or messages: key."]),
        ("prompt: p\nsystem: 3\n", ['2:9 wrong-type: system must be text, not an integer (3) | Write "3" in quotes.']),
        (
            "prompt: p\nexamples: [{user: a}]\n",
            ["2:12 missing-key: examples[0] has no assistant | An example is a pair: user, assistant."],
        ),
        (
            "prompt: p\nexamples: [{assistant: a}, {user: a, assistant: b, c: d}]\n",
            [
                "2:12 missing-key: examples[0] has no user | An example is a pair: user, assistant.",
                "2:52 unknown-key: unknown key 'c' in examples[1] | Known keys in examples[1]: user, assistant.",
            ],
        ),
        ("prompt: p\nexamples: {user: a}\n", ["2:11 wrong-type: examples must be a list, not a mapping | None"]),
        (
            "prompt: p\nexamples: [{user: 1, assistant: b}]\n",
            ['2:19 wrong-type: examples[0].user must be text, not an integer (1) | Write "1" in quotes.'],
        ),
    ],
)
def test_what_is_wrong_with_messages_is_told(text: str, expected: list[str]) -> None:
    assert show(text) == expected


def turns(text: str) -> list[object]:
    found: list[object] = []
    for turn in parse(text).turns:
        if isinstance(turn, Insert):
            found.append((turn.name, turn.key))
        elif isinstance(turn.content, TemplateText):
            found.append((turn.role, turn.key))
        else:
            found.append((turn.role, turn.key, len(turn.content)))
    return found


def test_the_simple_form_has_an_order_of_its_own() -> None:
    text = (
        "prompt: P\nvariables: {h: messages, s: string, g: messages}\nexamples: [{user: U, assistant: A}]\nsystem: S\n"
    )
    assert turns(text) == [
        ("system", "system"),
        ("examples", "examples"),
        ("h", "variables.h"),
        ("g", "variables.g"),
        ("user", "prompt"),
    ]


def test_messages_keep_the_order_of_the_file() -> None:
    text = (
        "variables: {h: messages}\nexamples: [{user: U, assistant: A}]\nmessages:\n- {role: assistant, content: A}\n"
        "- {insert: h}\n- {role: user, content: [{text: T}, {image: I}]}\n- {insert: examples}\n- {role: system, content: S}\n"
    )
    assert turns(text) == [
        ("assistant", "messages[0]"),
        ("h", "messages[1]"),
        ("user", "messages[2]", 2),
        ("examples", "messages[3]"),
        ("system", "messages[4]"),
    ]


def test_parts_keep_what_they_declare() -> None:
    prompt = parse(
        "messages: [{role: user, content: [{image: I, detail: high}, {file: F, media_type: a/b, filename: f.pdf}]}]\n"
    )
    (message,) = prompt.turns
    assert isinstance(message, Message)
    assert not isinstance(message.content, TemplateText)
    found = [
        (part.kind, part.content.text, part.content.key, part.detail, part.media_type, part.filename)
        for part in message.content
    ]
    assert found == [
        ("image", "I", "messages[0].content[0].image", "high", None, None),
        ("file", "F", "messages[0].content[1].file", None, "a/b", "f.pdf"),
    ]


def test_examples_keep_their_keys() -> None:
    prompt = parse("prompt: x\nexamples: [{user: a, assistant: b}, {user: c, assistant: d}]\n")
    assert [(e.user.text, e.user.key, e.assistant.text, e.assistant.key) for e in prompt.examples] == [
        ("a", "examples[0].user", "b", "examples[0].assistant"),
        ("c", "examples[1].user", "d", "examples[1].assistant"),
    ]
    assert [template.key for template in prompt.templates] == [
        "prompt", "examples[0].user", "examples[0].assistant", "examples[1].user", "examples[1].assistant"
    ]  # fmt: skip


def test_what_is_wrong_is_left_out() -> None:
    prompt = parse_prompt("t", b"messages: [{role: x, content: y}, {role: user, content: z}, {role: user}]\n").prompt
    assert prompt is not None
    assert [turn.key for turn in prompt.turns] == ["messages[1]"]
