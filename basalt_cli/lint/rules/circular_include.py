"""Partials include each other in a cycle.

Rendering would not end.

Good::

    prompt: |
      {% include "partials/voice.md" %}

Bad::

    prompt: |
      {% include "partials/loop.md" %}   with {% include "partials/loop.md" %} in partials/loop.md
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.prompt.needs import follow_cycle
from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.prompt import Whitespace

ID = "T309"
NAME = "circular-include"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each include that leads to a cycle."""
    whitespace = subject.prompt.whitespace if subject.prompt else Whitespace()
    # A cycle through a linted partial starts at that partial.
    start = () if subject.prompt else (subject.path,)
    for template in subject.templates:
        for include in template.facts.includes:
            cycle = follow_cycle(include, subject.partials, whitespace, start, set())
            if cycle:
                span = subject.span(template, include.offset, include.length)
                yield Mark(span, f"circular include: {' -> '.join(cycle)}", "Remove one of these includes.")
