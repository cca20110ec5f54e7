"""A template sets a name that is declared as a variable.

From there on, the template cannot read the caller's value. Setting a variable from itself, or under a test of it, gives
it a default and is allowed.

Good::

    variables: {item: string, items: array}
    prompt: "{{ item }}: {% for each in items %}{{ each }}{% endfor %}"

Bad::

    variables: {item: string, items: array}
    prompt: "{{ item }}: {% for item in items %}{{ item }}{% endfor %}"
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject

ID = "T315"
NAME = "shadowed-variable"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark where a template first sets the name of each variable."""
    if subject.prompt is None:
        return
    declared = {variable.name for variable in subject.prompt.variables}
    for template in subject.templates:
        seen = set()
        for binding in template.facts.bindings:
            if binding.name in declared and not binding.refines and binding.name not in seen:
                seen.add(binding.name)
                message = f"{binding.name!r} is a variable, and is set to another value here"
                span = subject.span(template, binding.offset, len(binding.name))
                yield Mark(span, message, "Rename one of the two.")
