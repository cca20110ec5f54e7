"""The output is JSON, but its schema is not declared.

Without a schema, neither the model nor a reader of the prompt knows the keys, and no change of the keys can be reported
as breaking.

Good::

    prompt: Hello
    output: {format: json, schema: {type: object}}

Bad::

    prompt: Hello
    output: {format: json}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject

ID = "M503"
NAME = "json-without-schema"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at the format of the output."""
    prompt = subject.prompt
    if prompt is None or prompt.output.format != "json" or prompt.output.schema is not None:
        return
    for key, value in subject.entries("output"):
        if key.text == "format":
            yield Mark(
                value.span,
                "output.format is json, but output.schema is missing",
                "Declare the answer in output.schema.",
            )
