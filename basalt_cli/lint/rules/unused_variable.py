"""A variable is declared and never used.

Callers are made to give a value that changes nothing; often it is the other half of a misspelling.

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
    """Yield a mark at each declaration that no template reads; silent where a template could not be read to its end."""
    if subject.prompt is None or subject.problems or not _is_all_known(subject):
        return
    used = {need.name for need in find_needs(subject.prompt, subject.partials)}
    used |= {turn.name for turn in subject.prompt.turns if isinstance(turn, Insert)}
    for variable in subject.prompt.variables:
        if variable.name not in used:
            yield Mark(variable.span, f"the variable {variable.name!r} is never used", "Use it, or take it out.")


def _is_all_known(subject: Subject) -> bool:
    includes = [include for template in subject.templates for include in template.facts.includes]
    return all(include.optional or existing_names(include, subject.partials) for include in includes)
