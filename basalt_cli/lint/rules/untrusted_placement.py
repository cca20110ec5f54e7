"""Text from a stranger is put where the model may take it for instructions.

A variable with ``untrusted: true`` belongs into a message that is not a system message, and there between delimiters,
such as ``<message>`` tags, a code fence or ``| tojson``, or alone.

Good::

    variables: {mail: {type: string, untrusted: true}}
    prompt: |
      Summarise the mail.
      <mail>{{ mail }}</mail>

Bad::

    variables: {mail: {type: string, untrusted: true}}
    prompt: |
      Summarise the mail. {{ mail }}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.lint.untrusted import find_shown_values
from basalt_cli.model.prompt import Message, Prompt, TemplateText

ID = "V404"
NAME = "untrusted-placement"
SEVERITY = "warning"

_SYSTEM_ROLES = ("system", "developer")


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each expression that shows an untrusted value in a system message, or bare."""
    prompt = subject.prompt
    if prompt is None:
        return
    untrusted = frozenset(variable.name for variable in prompt.variables if variable.untrusted)
    if not untrusted:
        return
    roles = _roles(prompt)
    for template in subject.templates:
        assert template.owner is not None
        role = roles.get(template.owner.key, "user")
        for value in find_shown_values(template.text, template.facts, subject.partials, prompt.whitespace):
            names = sorted(value.names & untrusted)
            if names and role in _SYSTEM_ROLES:
                message = f"{names[0]!r} is untrusted, and stands in a {role} message"
                yield Mark(subject.span(template, value.offset), message, "Move it into a user message.")
            elif names and not value.is_delimited:
                message = f"{names[0]!r} is untrusted, and nothing marks where it starts and ends"
                help_text = f"Put it between delimiters, as in <{names[0]}>...</{names[0]}>, or use | tojson."
                yield Mark(subject.span(template, value.offset), message, help_text)


def _roles(prompt: Prompt) -> dict[str, str]:
    roles = {}
    for turn in prompt.turns:
        if isinstance(turn, Message):
            texts = [turn.content] if isinstance(turn.content, TemplateText) else [p.content for p in turn.content]
            roles.update({text.key: turn.role for text in texts})
    return roles
