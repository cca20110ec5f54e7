"""Two tools have the same name.

A call by the model is ambiguous then, and providers reject such a request.

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
    """Yield a mark at each tool that has the name of an earlier one."""
    seen: dict[str, Span] = {}
    for tool in subject.prompt.tools if subject.prompt else ():
        if tool.name in seen:
            message = f"the tool {tool.name!r} is already defined on line {seen[tool.name].line}"
            yield Mark(tool.span, message, "Give each tool its own name.")
        seen.setdefault(tool.name, tool.span)
