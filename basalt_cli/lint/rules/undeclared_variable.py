"""A template uses a variable that the prompt does not declare.

Rendering fails at an undefined variable. Names that the template sets itself (by loops, ``set``, macros, imports) are
known. A partial may use the variables of the prompt that includes it, which must declare them.

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

# A guess for each name takes time, and this many names are not spelling mistakes.
_MOST_GUESSES = 50


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each use; for uses in a partial one mark at the include for each name."""
    if subject.prompt is None:
        return
    declared = {variable.name for variable in subject.prompt.variables}
    seen: set[tuple[str, int, int]] = set()
    for need in find_needs(subject.prompt, subject.partials):
        # unknown-function reports a name that is called.
        if need.name in GLOBAL_NAMES or need.is_called or (need.name in declared and need.sees_context):
            continue
        span = span_in_file(subject.text, need.template, need.offset, need.length)
        if (need.name, span.line, span.column) not in seen:
            seen.add((need.name, span.line, span.column))
            yield Mark(span, *_describe(subject.prompt, need, guesses=len(seen) <= _MOST_GUESSES))


def _describe(prompt: Prompt, need: Need, *, guesses: bool) -> tuple[str, str]:
    declared = [variable.name for variable in prompt.variables]
    if not need.sees_context:
        message = f"{need.partial} uses {need.name!r}, but is imported without context"
        return message, "Import it with context: {% import ... with context %}, or pass the value to its macro."
    where = f" in {need.partial}, included here," if need.partial else ""
    guess = did_you_mean(need.name, declared) if guesses else ""
    known = f"{guess}Declare it under variables: (declared: {list_names(declared)})."
    return f"the variable {need.name!r}{where} is not declared", known
