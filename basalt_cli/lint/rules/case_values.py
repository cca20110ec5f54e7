"""A test case gives values that the prompt does not accept.

The case cannot be rendered: a value has the wrong type, a variable is not declared, or a required variable has no
value.

Good::

    variables: {limit: integer}
    prompt: At most {{ limit }} sentences.
    tests:
      - {name: three, variables: {limit: 3}}

Bad::

    variables: {limit: integer}
    prompt: At most {{ limit }} sentences.
    tests:
      - {name: three, variables: {limit: three}}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.prompt import Case, Prompt
from basalt_cli.text.words import did_you_mean, list_names

ID = "V402"
NAME = "case-values"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each value that is not accepted, and at each case without a value for a required variable."""
    if subject.prompt is None:
        return
    for case in subject.prompt.cases:
        yield from _check_case(subject, subject.prompt, case)


def _check_case(subject: Subject, prompt: Prompt, case: Case) -> Iterator[Mark]:
    declared = [variable.name for variable in prompt.variables]
    for name, span in case.variable_spans.items():
        variable = prompt.find_variable(name)
        if variable is None:
            known = f"{did_you_mean(name, declared)}Declared: {list_names(declared)}."
            yield Mark(span, f"the case {case.name!r} gives {name!r}, which is not declared", known)
            continue
        problem = subject.values.find_problem(variable.schema, case.variables[name])
        if problem is not None:
            yield Mark(
                span, f"in the case {case.name!r}, {name}{problem}", "Give a value that fits the type of the variable."
            )
    missing = [v.name for v in prompt.variables if v.required and v.name not in case.variables]
    # A case with fixtures or a table gets values from other files, which this rule does not read.
    if missing and case.is_whole:
        names = ", ".join(map(repr, missing))
        yield Mark(
            case.span, f"the case {case.name!r} gives no value for {names}", "Add it to the variables of the case."
        )
