from __future__ import annotations

import pytest
from basalt_cli.diff.settings import compare_settings
from basalt_cli.model.change import Change, Risk
from basalt_cli.model.json_value import Json

from tests.diff.pairs import source


def compare(old: str, new: str) -> list[Change]:
    texts = (f"prompt: a\n{text}\n" for text in (old, new))
    before, after = (source(text).prompt for text in texts)
    return list(compare_settings(before, after))


def test_the_model() -> None:
    old = "model: {provider: p, name: m, version: '1'}"
    assert compare(old, "model: {provider: q, name: n}") == [
        Change("model-provider", "model.provider", "p", "q", Risk.BEHAVIOURAL, "model.provider changed from p to q"),
        Change("model-name", "model.name", "m", "n", Risk.BEHAVIOURAL, "model.name changed from m to n"),
        Change("model-version", "model.version", "1", None, Risk.BEHAVIOURAL, "model.version is no longer set (was 1)"),
    ]
    assert [change.message for change in compare("", old)] == [
        "model.provider is now p", "model.name is now m", "model.version is now 1"
    ]  # fmt: skip


def test_the_parameters_of_the_model() -> None:
    old = "model: {parameters: {seed: 1, top_p: 1, user: null, x: 2}}"
    new = "model: {parameters: {seed: 1.0, x: 2, stop: null, temperature: 0}}"
    assert compare(old, new) == [
        Change("model-parameter", "model.parameters.seed", 1, 1.0, Risk.BEHAVIOURAL, "model.parameters.seed changed from 1 to 1.0"),
        Change("model-parameter", "model.parameters.top_p", 1, None, Risk.BEHAVIOURAL, "model.parameters.top_p is no longer set (was 1)"),
        Change("model-parameter", "model.parameters.user", None, None, Risk.BEHAVIOURAL, "model.parameters.user changed between null and not set"),
        Change("model-parameter", "model.parameters.stop", None, None, Risk.BEHAVIOURAL, "model.parameters.stop changed between null and not set"),
        Change("model-parameter", "model.parameters.temperature", None, 0, Risk.BEHAVIOURAL, "model.parameters.temperature is now 0"),
    ]  # fmt: skip


def test_the_format_of_the_output() -> None:
    assert compare("", "output: {format: json}") == [
        Change(
            "output-format", "output.format", "text", "json", Risk.BREAKING, "output.format changed from text to json"
        )
    ]


NARROWER = "the output schema changed, and allows no answer that it did not allow"
WIDER = "the output schema allows answers that it did not allow: programs that read them can fail"


@pytest.mark.parametrize(
    ("old", "new", "risk", "message"),
    [
        (None, "{type: object}", Risk.BEHAVIOURAL, NARROWER),
        ("{type: object}", None, Risk.BREAKING, WIDER),
        ("{type: string, enum: [a, b]}", "{type: string, enum: [a]}", Risk.BEHAVIOURAL, NARROWER),
        ("{type: string, enum: [a]}", "{type: string, enum: [a, b]}", Risk.BREAKING, WIDER),
        ("{type: object}", "{type: object, description: x}", Risk.BEHAVIOURAL, "the descriptions in the output schema changed"),
    ],
)  # fmt: skip
def test_the_schema_of_the_output(old: str | None, new: str | None, risk: Risk, message: str) -> None:
    before, after = (f"output: {{format: json{f', schema: {schema}' if schema else ''}}}" for schema in (old, new))
    (change,) = compare(before, after)
    assert (change.code, change.path, change.risk, change.message) == ("output-schema", "output.schema", risk, message)
    assert [change.old is None, change.new is None] == [old is None, new is None]
    assert compare(after, after) == []


def test_a_change_of_the_output_schema_has_both_schemas() -> None:
    (change,) = compare(
        "output: {format: json, schema: {type: string}}", "output: {format: json, schema: {type: object}}"
    )
    assert (change.old, change.new) == ({"type": "string"}, {"type": "object"})


def test_tools() -> None:
    old = "tools: [{name: one}, {name: two, description: d}, {name: three}]"
    new = "tools: [{name: three}, {name: two, description: e}, {name: four, parameters: {type: object}}]"
    none: dict[str, Json] = {"description": None, "parameters": {"type": "object", "properties": {}}}
    assert compare(old, new) == [
        Change("tool-removed", "tools.one", none, None, Risk.BEHAVIOURAL, "the tool 'one' was removed"),
        Change(
            "tool-changed", "tools.two", {**none, "description": "d"}, {**none, "description": "e"}, Risk.BEHAVIOURAL,
            "the tool 'two' changed",
        ),
        Change(
            "tool-added", "tools.four", None, {**none, "parameters": {"type": "object"}}, Risk.BREAKING,
            "the tool 'four' was added: the application must implement it",
        ),
        Change(
            "tools-reordered", "tools", ["one", "two", "three"], ["three", "two", "four"], Risk.BEHAVIOURAL,
            "the order of the tools changed",
        ),
    ]  # fmt: skip
    assert compare("tools: [{name: one}, {name: two}]", "tools: [{name: two}, {name: three}]")[-1].code == "tool-added"


@pytest.mark.parametrize(
    ("old", "new", "risk", "message"),
    [
        (
            "[a]",
            "[a, b]",
            Risk.BREAKING,
            "the tool 't' allows calls that it did not allow: the application can fail on them",
        ),
        ("[a, b]", "[a]", Risk.BEHAVIOURAL, "the tool 't' changed"),
    ],
)
def test_a_tool_is_judged_by_the_calls_that_it_allows(old: str, new: str, risk: Risk, message: str) -> None:
    tool = "tools: [{{name: t, parameters: {{type: string, enum: {}}}}}]"
    (change,) = compare(tool.format(old), tool.format(new))
    assert (change.code, change.path, change.risk, change.message) == ("tool-changed", "tools.t", risk, message)


def test_the_choice_of_tools() -> None:
    assert compare("", "tool_choice: required") == [
        Change("tool-choice", "tool_choice", None, "required", Risk.BEHAVIOURAL, "tool_choice is now required")
    ]


def test_what_is_not_sent_to_the_model() -> None:
    assert compare("name: n\nmetadata: {x: 1}", "description: d\nfeature: f\nmetadata: {x: true}") == [
        Change("name", "name", "n", None, Risk.NONE, "name changed, which is not sent to the model"),
        Change("description", "description", None, "d", Risk.NONE, "description changed, which is not sent to the model"),
        Change("feature", "feature", None, "f", Risk.NONE, "feature changed, which is not sent to the model"),
        Change("metadata", "metadata", {"x": 1}, {"x": True}, Risk.NONE, "metadata changed, which is not sent to the model"),
    ]  # fmt: skip
    assert compare("metadata: {x: 1, y: 2}", "metadata: {y: 2, x: 1}") == []


@pytest.mark.parametrize(
    "case",
    [
        "{name: t, variables: {v: 2}}",
        "{name: t, expect: [{equals: a}]}",
        "{name: t, fixtures: [f.yaml]}",
        "{name: t, cases_from: t.csv}",
        "{name: u}",
    ],
)
def test_test_cases(case: str) -> None:
    (change,) = compare(
        "variables: {v: {default: 1}}\ntests: [{name: t}]", f"variables: {{v: {{default: 1}}}}\ntests: [{case}]"
    )
    name = "u" if "u}" in case else "t"
    assert change == Change("tests", "tests", ["t"], [name], Risk.NONE, "test cases changed")
