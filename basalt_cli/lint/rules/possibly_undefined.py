"""A template uses a name that may be undefined.

An optional variable that the caller does not give is undefined, and so is a name that only one branch of an ``if``
sets. Rendering fails where a template writes or tests an undefined name.

Good::

    variables: {order: {type: string, optional: true}}
    prompt: "{% if order is defined %}Order {{ order }}{% endif %}"

Bad::

    variables: {order: {type: string, optional: true}}
    prompt: "Order {{ order }}"
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.prompt.needs import find_needs
from basalt_cli.lint.rule import Mark, Subject, span_in_file
from basalt_cli.model.prompt import Prompt

ID = "T311"
NAME = "possibly-undefined"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at the first such use of each name in each template."""
    if subject.prompt is not None:
        yield from _optional_variables(subject, subject.prompt)
        yield from _names_set_in_one_branch(subject, subject.prompt)


def _optional_variables(subject: Subject, prompt: Prompt) -> Iterator[Mark]:
    seen = set()
    for need in find_needs(prompt, subject.partials):
        variable = prompt.find_variable(need.name)
        is_risky = variable is not None and variable.optional and need.sees_context and not need.is_guarded
        if is_risky and (need.name, need.template.key) not in seen:
            seen.add((need.name, need.template.key))
            where = f" in {need.partial}, included here," if need.partial else ""
            message = f"{need.name!r} is optional, and is used{where} without a test that it is defined"
            help_text = f"Test it with {{% if {need.name} is defined %}}, use | default(...), or declare a default."
            yield Mark(span_in_file(subject.text, need.template, need.offset, need.length), message, help_text)


def _names_set_in_one_branch(subject: Subject, prompt: Prompt) -> Iterator[Mark]:
    for template in subject.templates:
        seen = set()
        for use in template.facts.maybes:
            variable = prompt.find_variable(use.name)
            if use.name in seen or (variable is not None and not variable.optional):
                continue
            seen.add(use.name)
            help_text = "Set it before the if, or in every branch."
            span = subject.span(template, use.offset, len(use.name))
            yield Mark(span, f"{use.name!r} is set in one branch only, and is undefined in the others", help_text)
