from __future__ import annotations

import pytest
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.format.prompt.variables import OWN_KEYS, SCHEMA_KEYS
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, Variable
from basalt_cli.model.source import Span
from jsonschema import Draft202012Validator
from jsonschema_specifications import REGISTRY as SPECIFICATIONS  # type: ignore[import-untyped]


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
        ("prompt: x\nvariables: [a]\n", ["2:12 wrong-type: variables must be a mapping, not a list | None"]),
        (
            "prompt: x\nvariables: {a-b: string}\n",
            ["2:13 invalid-value: the variable 'a-b' is not a valid name | Use letters, digits and _."],
        ),
        (
            "prompt: x\nvariables: {for: string}\n",
            ["2:13 invalid-value: the variable 'for' is a reserved word of Jinja2 | Rename it."],
        ),
        (
            "prompt: x\nvariables: {caller: string}\n",
            ["2:13 invalid-value: the variable 'caller' is a reserved word of Jinja2 | Rename it."],
        ),
        (
            "prompt: x\nvariables: {1a: string}\n",
            ["2:13 invalid-value: the variable '1a' is not a valid name | Use letters, digits and _."],
        ),
        ("prompt: x\nvariables: {_a: string}\n", []),
        (
            "prompt: x\nvariables: {a: strng}\n",
            [
                "2:16 invalid-value: variables.a cannot be 'strng' | Did you mean 'string'? Use one of: string, number, integer, boolean, object, array, null, messages, any."
            ],
        ),
        (
            "prompt: x\nvariables: {a: 3}\n",
            ['2:16 wrong-type: variables.a must be text, not an integer (3) | Write "3" in quotes.'],
        ),
        ("prompt: x\nvariables: {a: [x]}\n", ["2:16 wrong-type: variables.a must be a mapping, not a list | None"]),
        (
            "prompt: x\nvariables: {examples: messages}\n",
            [
                "2:13 invalid-value: a variable of type messages cannot have the name 'examples', which inserts the few-shot pairs | Rename it, for example to history."
            ],
        ),
        (
            "prompt: x\nvariables: {examples: {type: messages}}\n",
            [
                "2:13 invalid-value: a variable of type messages cannot have the name 'examples', which inserts the few-shot pairs | Rename it, for example to history."
            ],
        ),
        ("prompt: x\nvariables: {examples: string}\n", []),
        (
            "prompt: x\nvariables: {a: {typ: string}}\n",
            [
                "2:17 unknown-key: unknown key 'typ' in variables.a | Did you mean 'type'? Known keys in variables.a: type, default, optional, untrusted, description, enum, const, properties, required, additionalProperties, patternProperties, propertyNames, minProperties, maxProperties, items, prefixItems, contains, minItems, maxItems, uniqueItems and 28 more."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {type: strin}}\n",
            [
                "2:23 invalid-value: variables.a.type cannot be 'strin' | Did you mean 'string'? Use one of: string, number, integer, boolean, object, array, null, messages, any."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {type: [string, nul]}}\n",
            [
                "2:32 invalid-value: variables.a.type cannot be 'nul' | Did you mean 'null'? Use one of: string, number, integer, boolean, object, array, null."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {type: [string, any]}}\n",
            [
                "2:32 invalid-value: variables.a.type cannot be 'any' | Use one of: string, number, integer, boolean, object, array, null."
            ],
        ),
        (
            "prompt: x\nvariables: {a: {default: 1, optional: true}}\n",
            [
                "2:39 conflicting-keys: a has a default and is optional | Remove one of the two: an optional variable has no default."
            ],
        ),
        ("prompt: x\nvariables: {a: {default: 1, optional: false}}\n", []),
        (
            "prompt: x\nvariables: {a: {optional: x}}\n",
            ["2:27 wrong-type: variables.a.optional must be true or false, not a string (x) | None"],
        ),
        (
            "prompt: x\nvariables: {a: {untrusted: 1}}\n",
            ["2:28 wrong-type: variables.a.untrusted must be true or false, not an integer (1) | None"],
        ),
        (
            "prompt: x\nvariables: {a: {description: 1}}\n",
            ['2:30 wrong-type: variables.a.description must be text, not an integer (1) | Write "1" in quotes.'],
        ),
        ("prompt: x\nvariables: {a: {enum: [x], minimum: 1, pattern: y, $ref: z}}\n", []),
    ],
)
def test_what_is_wrong_with_variables_is_told(text: str, expected: list[str]) -> None:
    assert show(text) == expected


def one(declaration: str) -> Variable:
    (variable,) = parse(f"prompt: x\nvariables: {{a: {declaration}}}\n").variables
    return variable


def history(*roles: str) -> dict[str, Json]:
    return {
        "type": "array",
        "items": {"type": "object", "required": ["role", "content"], "properties": {"role": {"enum": [*roles]}}},
    }


@pytest.mark.parametrize(
    ("declaration", "kind", "schema"),
    [
        ("string", "string", {"type": "string"}),
        ("any", "any", {}),
        ("messages", "messages", history("system", "developer", "user", "assistant", "tool")),
        ("{type: messages}", "messages", history("system", "developer", "user", "assistant", "tool")),
        ("{type: messages, untrusted: true}", "messages", history("user", "assistant", "tool")),
        ("{type: messages, untrusted: false}", "messages", history("system", "developer", "user", "assistant", "tool")),
        (
            "{type: messages, maxItems: 3, untrusted: true}",
            "messages",
            {**history("user", "assistant", "tool"), "maxItems": 3},
        ),
        ("{}", "any", {}),
        ("{enum: [a]}", "any", {"enum": ["a"]}),
        ("{type: [string, integer]}", "any", {"type": ["string", "integer"]}),
        (
            "{type: number, minimum: 1, title: T, $comment: C}",
            "number",
            {"type": "number", "minimum": 1, "title": "T", "$comment": "C"},
        ),
        (
            "{type: object, properties: {b: {type: [string, 'null']}}}",
            "object",
            {"type": "object", "properties": {"b": {"type": ["string", "null"]}}},
        ),
    ],
)
def test_a_declaration_becomes_a_schema(declaration: str, kind: str, schema: Json) -> None:
    variable = one(declaration)
    assert (variable.type, variable.schema) == (kind, schema)


def test_the_keys_of_basalt_are_no_schema() -> None:
    variable = one("{type: string, description: D, default: d, untrusted: true}")
    assert variable == Variable(
        "a", "string", {"type": "string"}, Span(2, 13, 2, 14), "D", untrusted=True, has_default=True, default="d",
        default_span=Span(2, 56, 2, 57),
    )  # fmt: skip
    assert not variable.required


def test_a_null_is_a_default() -> None:
    variable = one("{default: null}")
    assert (variable.has_default, variable.default, variable.required) == (True, None, False)


def test_what_must_be_given() -> None:
    assert one("string").required
    assert one("{optional: false}").required
    assert not one("{optional: true}").required
    assert one("{untrusted: false}").untrusted is False


def test_every_keyword_of_json_schema_may_be_used() -> None:
    metaschema = Draft202012Validator.META_SCHEMA
    vocabularies = [
        SPECIFICATIONS["https://json-schema.org/draft/2020-12/" + part["$ref"]] for part in metaschema["allOf"]
    ]
    known = {name for vocabulary in vocabularies for name in vocabulary.contents["properties"]}
    refused = {
        "$id", "$schema", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "readOnly", "writeOnly", "contentEncoding",
        "contentMediaType", "contentSchema",
    }  # fmt: skip
    assert {*SCHEMA_KEYS, *OWN_KEYS} - {"optional", "untrusted"} == known - refused


@pytest.mark.parametrize(
    "name",
    [
        "and", "or", "not", "in", "is", "if", "else", "elif", "for", "true", "false", "none", "True", "False", "None", "loop", "self",
        "super", "caller", "varargs", "kwargs",
    ],
)  # fmt: skip
def test_words_of_jinja2_are_reserved(name: str) -> None:
    assert show(f"prompt: x\nvariables: {{'{name}': string}}\n") == [
        f"2:13 invalid-value: the variable {name!r} is a reserved word of Jinja2 | Rename it."
    ]


@pytest.mark.parametrize("kind", ["string", "number", "integer", "boolean", "object", "array", "'null'"])
def test_every_type_of_json_is_one_of_several(kind: str) -> None:
    assert one(f"{{type: [{kind}]}}").schema == {"type": [kind.strip("'")]}
    assert one(kind).schema == {"type": kind.strip("'")}
