"""A template shows something that is not there in every case.

An optional variable that the caller leaves out is undefined, and so is a name that only one branch of an ``if`` sets;
showing or testing either stops the rendering.

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
    """Yield a mark at the first such use of each name in a template."""
    if subject.prompt is not None:
        yield from _optional_variables(subject, subject.prompt)
        yield from _half_set_names(subject, subject.prompt)


def _optional_variables(subject: Subject, prompt: Prompt) -> Iterator[Mark]:
    seen = set()
    for need in find_needs(prompt, subject.partials):
        variable = prompt.find_variable(need.name)
        is_risky = variable is not None and variable.optional and need.sees_context and not need.is_guarded
        if is_risky and (need.name, need.template.key) not in seen:
            seen.add((need.name, need.template.key))
            where = f" in {need.partial}, included here" if need.partial else ""
            message = f"{need.name!r} is optional, and nothing{where} asks whether it was given"
            help_text = f"Guard it: {{% if {need.name} is defined %}}, use | default(...), or give it a default."
            yield Mark(span_in_file(subject.text, need.template, need.offset, need.length), message, help_text)


def _half_set_names(subject: Subject, prompt: Prompt) -> Iterator[Mark]:
    for template in subject.templates:
        seen = set()
        for use in template.facts.maybes:
            variable = prompt.find_variable(use.name)
            if use.name in seen or (variable is not None and not variable.optional):
                continue
            seen.add(use.name)
            help_text = "Set it before the if as well, or in every branch."
            span = subject.span(template, use.offset, len(use.name))
            yield Mark(span, f"{use.name!r} is set in one branch only, and undefined in the other", help_text)
