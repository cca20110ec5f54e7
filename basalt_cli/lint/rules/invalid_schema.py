"""A schema is not valid JSON Schema.

Providers reject it, or check nothing by it. The rule checks the schemas of the output, of the parameters of tools, and
of variables.

Good::

    prompt: Hello
    output: {format: json, schema: {type: object}}

Bad::

    prompt: Hello
    output: {format: json, schema: {type: objekt}}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.schema.value_check import find_schema_problem
from basalt_cli.format.yaml.decoding import to_json
from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.json_value import Json
from basalt_cli.model.source import Node

ID = "M505"
NAME = "invalid-schema"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each schema that does not fit the meta-schema."""
    if subject.prompt is None:
        return
    for where, node in _schemas(subject):
        problem = find_schema_problem(to_json(node))
        if problem is not None:
            yield Mark(node.span, f"{where} is not valid JSON Schema: {problem}", "See https://json-schema.org/learn.")
    for variable in subject.prompt.variables:
        schema: Json = variable.schema
        problem = find_schema_problem(schema)
        if problem is not None:
            message = f"the schema of {variable.name} is not valid JSON Schema: {problem}"
            yield Mark(variable.span, message, "See https://json-schema.org/learn.")


def _schemas(subject: Subject) -> Iterator[tuple[str, Node]]:
    for key, value in subject.entries("output"):
        if key.text == "schema":
            yield "output.schema", value
    for index, item in enumerate(subject.items("tools")):
        for key, value in subject.entries_of(item):
            if key.text == "parameters":
                yield f"tools[{index}].parameters", value
