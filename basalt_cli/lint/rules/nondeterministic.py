"""A template renders a different text each time.

The text that was tested is not the text that runs, and no two requests can share a provider's cache.

Good::

    variables: {greeting: string}
    prompt: "{{ greeting }}"

Bad::

    prompt: "{{ ['Hi', 'Hello'] | random }}"
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject

ID = "T314"
NAME = "nondeterministic"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each filter or function with a random result."""
    for template in subject.templates:
        for problem in template.facts.random:
            yield Mark(subject.span(template, problem.offset, problem.length), problem.message, problem.help)
