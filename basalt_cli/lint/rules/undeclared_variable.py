"""A template uses a variable that the prompt does not declare.

Rendering stops at an undefined variable, in production with the first request. Names that the template sets itself
(loops, ``set``, macros, imports) are known; partials are followed, and what they use must be declared by the prompt
that includes them.

Good::

    variables: {tone: string}
    prompt: Answer in a {{ tone }} tone.

Bad::

    variables: {tone: string}
    prompt: Answer in a {{ tonne }} tone.
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.prompt.needs import Need, find_needs
from basalt_cli.format.template import GLOBAL_NAMES
from basalt_cli.lint.rule import Mark, Subject, span_in_file
from basalt_cli.model.prompt import Prompt
from basalt_cli.text.words import did_you_mean, list_names

ID = "T302"
NAME = "undeclared-variable"
SEVERITY = "error"

# Whoever has more of them has another problem than spelling, and each guess takes its time.
_MOST_GUESSES = 50


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at every use; for a use inside a partial, at the include, once a name."""
    if subject.prompt is None:
        return
    declared = {variable.name for variable in subject.prompt.variables}
    seen: set[tuple[str, int, int]] = set()
    for need in find_needs(subject.prompt, subject.partials):
        # What is called is a function that does not exist: a rule of its own says so.
        if need.name in GLOBAL_NAMES or need.is_called or (need.name in declared and need.sees_context):
            continue
        span = span_in_file(subject.text, need.template, need.offset, need.length)
        if (need.name, span.line, span.column) not in seen:
            seen.add((need.name, span.line, span.column))
            yield Mark(span, *_describe(subject.prompt, need, guesses=len(seen) <= _MOST_GUESSES))


def _describe(prompt: Prompt, need: Need, *, guesses: bool) -> tuple[str, str]:
    declared = [variable.name for variable in prompt.variables]
    if not need.sees_context:
        message = f"{need.partial} is imported without the variables and uses {need.name!r}"
        return message, "Import it with context: {% import ... with context %}, or pass the value to its macro."
    where = f" in {need.partial}, included here," if need.partial else ""
    guess = did_you_mean(need.name, declared) if guesses else ""
    known = f"{guess}Declare it under variables: (declared: {list_names(declared)})."
    return f"the variable {need.name!r}{where} is not declared", known
