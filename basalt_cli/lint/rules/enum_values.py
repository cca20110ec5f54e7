"""A choice of a variable does not fit its own type.

No caller can ever give it: the value fails the type, or the type's other limits.

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
    """Yield a mark at each choice that the rest of its schema refuses."""
    if subject.prompt is None:
        return
    for key, node in subject.entries("variables"):
        variable = subject.prompt.find_variable(key.text)
        choices = node.find("enum") if isinstance(node, Mapping) else None
        if variable is None or not isinstance(choices, Sequence):
            continue
        schema = {name: value for name, value in variable.schema.items() if name != "enum"}
        for choice in choices.items:
            problem = subject.values.find_problem(schema, to_json(choice))
            if problem is not None:
                yield Mark(choice.span, f"a choice of {key.text}{problem}", "Take it out, or change the type.")
