"""The default of a variable does not fit the variable's type.

Rendering fails for the first caller that relies on the default.

Good::

    variables: {limit: {type: integer, default: 3}}
    prompt: At most {{ limit }} sentences.

Bad::

    variables: {limit: {type: integer, default: three}}
    prompt: At most {{ limit }} sentences.
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject

ID = "V401"
NAME = "default-type"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each default that does not fit."""
    for variable in subject.prompt.variables if subject.prompt else ():
        if variable.default_span is not None:
            problem = subject.values.find_problem(variable.schema, variable.default)
            if problem is not None:
                yield Mark(
                    variable.default_span, f"the default of {variable.name}{problem}", "Change the default or the type."
                )
