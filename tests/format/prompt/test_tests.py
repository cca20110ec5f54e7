from __future__ import annotations

import pytest
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.model.prompt import Expectation, Prompt
from basalt_cli.model.source import Span


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
        ("prompt: x\ntests: x\n", ["2:8 wrong-type: tests must be a list, not a string (x) | None"]),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- x\n",
            ["4:3 wrong-type: tests[0] must be a mapping, not a string (x) | None"],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {variables: {}}\n",
            ["4:3 missing-key: tests[0] has no name | Give the case a name."],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: 3}\n",
            ['4:10 wrong-type: tests[0].name must be text, not an integer (3) | Write "3" in quotes.'],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: a}\n- {name: a}\n",
            ["5:10 invalid-value: a test case named 'a' is already on line 4 | Give each case its own name."],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: a b}\n- {name: 'a  b'}\n",
            ["5:10 invalid-value: a test case named 'a b' is already on line 4 | Give each case its own name."],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: a, nope: 1}\n",
            [
                "4:13 unknown-key: unknown key 'nope' in tests[0] | Known keys in tests[0]: name, variables, history, fixtures, cases_from, expect."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: a, variables: [1]}\n",
            ["4:24 wrong-type: tests[0].variables must be a mapping, not a list | None"],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: a, history: []}\n",
            [
                "4:22 invalid-value: tests[0].history needs exactly one variable of type messages, and 0 are declared | Give the value in variables: by its name."
            ],
        ),
        (
            "prompt: x\nvariables: {h: messages, g: messages}\ntests: [{name: a, history: []}]\n",
            [
                "3:28 invalid-value: tests[0].history needs exactly one variable of type messages, and 2 are declared | Give the value in variables: by its name."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: a, fixtures: ../x.yaml}\n",
            [
                "4:23 invalid-value: tests[0].fixtures is not the path of a fixture: '../x.yaml' | Give its path from _fixtures/ in the prompts folder, ending in .yaml or .yml or .json."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: a, fixtures: x.txt}\n",
            [
                "4:23 invalid-value: tests[0].fixtures is not the path of a fixture: 'x.txt' | Give its path from _fixtures/ in the prompts folder, ending in .yaml or .yml or .json."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: a, fixtures: [a.yaml, b.csv, 3]}\n",
            [
                "4:32 invalid-value: tests[0].fixtures[1] is not the path of a fixture: 'b.csv' | Give its path from _fixtures/ in the prompts folder, ending in .yaml or .yml or .json.",
                '4:39 wrong-type: tests[0].fixtures[2] must be text, not an integer (3) | Write "3" in quotes.',
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: a, cases_from: x.yaml}\n",
            [
                "4:25 invalid-value: tests[0].cases_from is not the path of a fixture: 'x.yaml' | Give its path from _fixtures/ in the prompts folder, ending in .csv or .jsonl."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: a, cases_from: [x.csv]}\n",
            ["4:25 wrong-type: tests[0].cases_from must be text, not a list | None"],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: a, expect: x}\n",
            ["4:21 wrong-type: tests[0].expect must be a list, not a string (x) | None"],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [x]}\n",
            [
                "4:22 wrong-type: tests[0].expect[0] must be a mapping, not a string (x) | None",
                "4:22 missing-key: tests[0].expect[0] must have exactly one of contains, not_contains, matches, equals, max_chars, tokens_at_most, count, order, json_schema, jsonpath, snapshot | None",
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{contains: a, equals: b}]}\n",
            [
                "4:22 conflicting-keys: tests[0].expect[0] must have exactly one of contains, not_contains, matches, equals, max_chars, tokens_at_most, count, order, json_schema, jsonpath, snapshot | None"
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{role: user}]}\n",
            [
                "4:22 missing-key: tests[0].expect[0] must have exactly one of contains, not_contains, matches, equals, max_chars, tokens_at_most, count, order, json_schema, jsonpath, snapshot | None"
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{contains: a, role: usr}]}\n",
            [
                "4:42 invalid-value: tests[0].expect[0].role cannot be 'usr' | Did you mean 'user'? Use one of: system, developer, user, assistant."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{contains: a, message: x}]}\n",
            ["4:45 wrong-type: tests[0].expect[0].message must be a whole number, not a string (x) | None"],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{contains: a, message: -1}]}\n",
            [],
        ),
        ("prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{contains: a, message: 0}]}\n", []),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{contains: ''}]}\n",
            [
                "4:33 invalid-value: tests[0].expect[0].contains is empty, so it tests nothing | Give the text that it looks for."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{contains: []}]}\n",
            [
                "4:33 invalid-value: tests[0].expect[0].contains is empty, so it tests nothing | Give the text that it looks for."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{contains: [a, '', 3]}]}\n",
            [
                "4:37 invalid-value: tests[0].expect[0].contains[1] is empty, so it tests nothing | Give the text that it looks for.",
                '4:41 wrong-type: tests[0].expect[0].contains[2] must be text, not an integer (3) | Write "3" in quotes.',
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{contains: 3}]}\n",
            ['4:33 wrong-type: tests[0].expect[0].contains must be text, not an integer (3) | Write "3" in quotes.'],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{not_contains: []}]}\n",
            [
                "4:37 invalid-value: tests[0].expect[0].not_contains is empty, so it tests nothing | Give the text that it looks for."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{matches: ''}]}\n",
            [
                "4:32 invalid-value: tests[0].expect[0].matches is empty, so it tests nothing | Give the text that it looks for."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{matches: [a]}]}\n",
            ["4:32 wrong-type: tests[0].expect[0].matches must be text, not a list | None"],
        ),
        ("prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{equals: ''}]}\n", []),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{equals: 3}]}\n",
            ['4:31 wrong-type: tests[0].expect[0].equals must be text, not an integer (3) | Write "3" in quotes.'],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{max_chars: x}]}\n",
            ["4:34 wrong-type: tests[0].expect[0].max_chars must be a whole number, not a string (x) | None"],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{tokens_at_most: 1.5}]}\n",
            ["4:39 wrong-type: tests[0].expect[0].tokens_at_most must be a whole number, not a number (1.5) | None"],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{count: x}]}\n",
            ["4:30 wrong-type: tests[0].expect[0].count must be a mapping, not a string (x) | None"],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{count: {of: a}}]}\n",
            [
                '4:30 missing-key: tests[0].expect[0].count needs of, and one of equals, at_least, at_most | For example count: {of: "- ", equals: 3}.'
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{count: {equals: 1}}]}\n",
            [
                '4:30 missing-key: tests[0].expect[0].count needs of, and one of equals, at_least, at_most | For example count: {of: "- ", equals: 3}.'
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{count: {of: '', at_least: x}}]}\n",
            [
                "4:35 invalid-value: tests[0].expect[0].count.of is empty, so it tests nothing | Give the text that it looks for.",
                "4:49 wrong-type: tests[0].expect[0].count.at_least must be a whole number, not a string (x) | None",
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{count: {of: a, at_most: 1, b: 2}}]}\n",
            [
                "4:50 unknown-key: unknown key 'b' in tests[0].expect[0].count | Known keys in tests[0].expect[0].count: of, equals, at_least, at_most."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{order: a}]}\n",
            ["4:30 wrong-type: tests[0].expect[0].order must be a list of texts, not a string (a) | None"],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{order: []}]}\n",
            [
                "4:30 invalid-value: tests[0].expect[0].order is empty, so it tests nothing | Give the text that it looks for."
            ],
        ),
        ("prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{order: [a, b]}]}\n", []),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{json_schema: x}]}\n",
            ["4:36 wrong-type: tests[0].expect[0].json_schema must be a mapping, not a string (x) | None"],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{json_schema: {type: object}}]}\n",
            [],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{jsonpath: x}]}\n",
            ["4:33 wrong-type: tests[0].expect[0].jsonpath must be a mapping, not a string (x) | None"],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{jsonpath: {equals: 1}}]}\n",
            [
                "4:33 missing-key: tests[0].expect[0].jsonpath has no path | For example jsonpath: {path: $.items[0].id, equals: 7}."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{jsonpath: {path: 1, matches: 2, exists: 3}}]}\n",
            [
                '4:40 wrong-type: tests[0].expect[0].jsonpath.path must be text, not an integer (1) | Write "1" in quotes.',
                '4:52 wrong-type: tests[0].expect[0].jsonpath.matches must be text, not an integer (2) | Write "2" in quotes.',
                "4:63 wrong-type: tests[0].expect[0].jsonpath.exists must be true or false, not an integer (3) | None",
            ],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{jsonpath: {path: $.a, exists: true}}]}\n",
            [],
        ),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{snapshot: yes}]}\n",
            ["4:33 wrong-type: tests[0].expect[0].snapshot must be true or false, not a string (yes) | None"],
        ),
        ("prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{snapshot: true}]}\n", []),
        (
            "prompt: x\nvariables: {a: {optional: true}}\ntests:\n- {name: n, expect: [{contans: a}]}\n",
            [
                "4:22 missing-key: tests[0].expect[0] must have exactly one of contains, not_contains, matches, equals, max_chars, tokens_at_most, count, order, json_schema, jsonpath, snapshot | None",
                "4:23 unknown-key: unknown key 'contans' in tests[0].expect[0] | Did you mean 'contains'? Known keys in tests[0].expect[0]: contains, not_contains, matches, equals, max_chars, tokens_at_most, count, order, json_schema, jsonpath, snapshot, message, role.",
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_case_is_told(text: str, expected: list[str]) -> None:
    assert show(text) == expected


def test_a_case_keeps_what_it_declares() -> None:
    prompt = parse(
        "prompt: x\nvariables: {a: string, h: messages}\ntests:\n- name: first\n  variables: {a: 1}\n"
        "  history: [{role: user, content: hi}]\n  fixtures: [b.yaml, c.json]\n  cases_from: d.csv\n"
        "  expect: [{contains: x, message: 2}, {snapshot: true}, {equals: y, role: user}]\n"
    )
    (case,) = prompt.cases
    assert case.name == "first"
    assert case.variables == {"a": 1, "h": [{"role": "user", "content": "hi"}]}
    assert case.variable_spans == {"a": Span(5, 18, 5, 19), "h": Span(6, 12, 6, 39)}
    assert case.span == Span(4, 9, 4, 14)
    assert (case.fixtures, case.table) == (("b.yaml", "c.json"), "d.csv")
    assert case.expectations == (
        Expectation("contains", "x", 2),
        Expectation("snapshot", True),
        Expectation("equals", "y", None, "user"),
    )


def test_one_fixture_needs_no_list() -> None:
    (case,) = parse("prompt: x\ntests: [{name: a, fixtures: b.yml}]\n").cases
    assert case.fixtures == ("b.yml",)


def test_the_first_of_two_cases_of_one_name_is_kept() -> None:
    prompt = parse_prompt("t", b"prompt: x\ntests: [{name: a, fixtures: 1.yaml}, {name: a}, {nome: b}]\n").prompt
    assert prompt is not None
    assert [(case.name, case.fixtures) for case in prompt.cases] == [("a", ("1.yaml",))]


def test_wrong_expectations_are_left_out() -> None:
    prompt = parse_prompt("t", b"prompt: x\ntests: [{name: a, expect: [{role: user}, {contains: b}]}]\n").prompt
    assert prompt is not None
    assert prompt.cases[0].expectations == (Expectation("contains", "b"),)
