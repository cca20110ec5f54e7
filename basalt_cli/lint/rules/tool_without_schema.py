"""A tool has no schema for its parameters.

To the model, such a tool has no parameters. Declare an empty schema if that is the case.

Good::

    prompt: Hello
    tools:
      - {name: now, description: The time, parameters: {type: object, properties: {}}}

Bad::

    prompt: Hello
    tools:
      - {name: now, description: The time}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.source import Mapping, Scalar

ID = "M507"
NAME = "tool-without-schema"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at the name of each tool without a schema."""
    for tool in subject.items("tools"):
        name = tool.find("name") if isinstance(tool, Mapping) else None
        if isinstance(tool, Mapping) and isinstance(name, Scalar) and tool.find("parameters") is None:
            help_text = (
                "Add parameters: {type: object, properties: {...}}; leave properties empty if the tool has none."
            )
            yield Mark(name.span, f"the tool {name.text!r} has no schema for its parameters", help_text)
