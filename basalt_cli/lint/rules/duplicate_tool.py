"""Two tools have the same name.

A model that calls it means one of the two, and nobody knows which; providers refuse such a request.

Good::

    prompt: Hello
    tools: [{name: find}, {name: open}]

Bad::

    prompt: Hello
    tools: [{name: find}, {name: find}]
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.source import Span

ID = "M504"
NAME = "duplicate-tool"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each name that stands there already."""
    seen: dict[str, Span] = {}
    for tool in subject.prompt.tools if subject.prompt else ():
        if tool.name in seen:
            message = f"a tool {tool.name!r} is already on line {seen[tool.name].line}"
            yield Mark(tool.span, message, "Give each tool its own name.")
        seen.setdefault(tool.name, tool.span)
