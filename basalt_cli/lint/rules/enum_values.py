"""A value of an enum does not fit the variable's type.

No caller can give it: the type, or another limit of the schema, excludes it.

Good::

    variables: {size: {type: integer, enum: [1, 2]}}
    prompt: "{{ size }}"

Bad::

    variables: {size: {type: integer, enum: [1, two]}}
    prompt: "{{ size }}"
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.yaml.decoding import to_json
from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.source import Mapping, Sequence

ID = "V403"
NAME = "enum-values"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each value of an enum that does not fit the rest of the schema."""
    if subject.prompt is None:
        return
    for key, node in subject.entries("variables"):
        variable = subject.prompt.find_variable(key.text)
        values = node.find("enum") if isinstance(node, Mapping) else None
        if variable is None or not isinstance(values, Sequence):
            continue
        schema = {name: part for name, part in variable.schema.items() if name != "enum"}
        for value in values.items:
            problem = subject.values.find_problem(schema, to_json(value))
            if problem is not None:
                yield Mark(value.span, f"a value of the enum of {key.text}{problem}", "Remove it, or change the type.")
