"""A prompt, or one of its variables, has no description.

Off by default; for teams that publish a catalogue of prompts or generate clients.

Good::

    description: Greets a customer.
    variables: {name: {type: string, description: The name of the customer}}
    prompt: Greet {{ name }}

Bad::

    variables: {name: string}
    prompt: Greet {{ name }}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject

ID = "V405"
NAME = "missing-description"
SEVERITY = "info"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at the first key of a prompt without description, and at each variable without one."""
    prompt = subject.prompt
    if prompt is None:
        return
    if not prompt.description:
        yield Mark(subject.first_key_span, "the prompt has no description", "Add one: description: ...")
    for variable in prompt.variables:
        if not variable.description:
            help_text = "Add what callers should give: {type: ..., description: ...}."
            yield Mark(variable.span, f"the variable {variable.name!r} has no description", help_text)
