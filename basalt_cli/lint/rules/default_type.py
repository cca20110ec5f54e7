"""The default of a variable does not fit its own type.

It would be refused the first time a caller relies on it.

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
    """Yield a mark at each default that is refused."""
    for variable in subject.prompt.variables if subject.prompt else ():
        if variable.default_span is not None:
            problem = subject.values.find_problem(variable.schema, variable.default)
            if problem is not None:
                yield Mark(variable.default_span, f"the default of {variable.name}{problem}", "Change one of the two.")
