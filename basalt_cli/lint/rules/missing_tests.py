"""A prompt has no test cases.

Off by default. Reviews render the cases, and a failing case shows that a change breaks the prompt.

Good::

    variables: {name: string}
    prompt: Greet {{ name }}
    tests:
      - {name: ada, variables: {name: Ada}}

Bad::

    variables: {name: string}
    prompt: Greet {{ name }}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject

ID = "R702"
NAME = "missing-tests"
SEVERITY = "info"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at the first key of a prompt without test cases."""
    if subject.prompt is not None and not subject.prompt.cases:
        yield Mark(subject.first_key_span, "the prompt has no test cases", "Add a case under tests:.")
