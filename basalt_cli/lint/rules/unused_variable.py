"""A variable is declared, but no template uses it.

Callers must give a value that has no effect; often the name is misspelt in the template.

Good::

    variables: {tone: string}
    prompt: Answer in a {{ tone }} tone.

Bad::

    variables: {tone: string, language: string}
    prompt: Answer in a {{ tone }} tone.
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.prompt.needs import existing_names, find_needs
from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.prompt import Insert

ID = "T303"
NAME = "unused-variable"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each variable that no template uses; none if a template or partial cannot be read completely."""
    if subject.prompt is None or subject.problems or not _is_all_known(subject):
        return
    used = {need.name for need in find_needs(subject.prompt, subject.partials)}
    used |= {turn.name for turn in subject.prompt.turns if isinstance(turn, Insert)}
    for variable in subject.prompt.variables:
        if variable.name not in used:
            yield Mark(variable.span, f"the variable {variable.name!r} is never used", "Use it, or remove it.")


def _is_all_known(subject: Subject) -> bool:
    includes = [include for template in subject.templates for include in template.facts.includes]
    return all(include.optional or existing_names(include, subject.partials) for include in includes)
