"""A parameter of the model has a value that no provider accepts.

The provider rejects the request.

Good::

    model: {name: gpt-4.1, parameters: {temperature: 0.2, max_tokens: 600}}
    prompt: Hello

Bad::

    model: {name: gpt-4.1, parameters: {temperature: 20, max_tokens: many}}
    prompt: Hello
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.schema.value_check import find_value_problem
from basalt_cli.format.yaml.decoding import to_json
from basalt_cli.lint.model_parameters import PARAMETERS
from basalt_cli.lint.rule import Mark, Subject

ID = "M502"
NAME = "parameter-range"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each value of a known parameter that is out of range or of the wrong type."""
    for key, value in subject.entries("model", "parameters"):
        schema = PARAMETERS.get(key.text)
        problem = find_value_problem(schema, to_json(value)) if schema is not None else None
        if problem is not None:
            yield Mark(value.span, f"{key.text}{problem}", "Give a value in the range, or remove the parameter.")
