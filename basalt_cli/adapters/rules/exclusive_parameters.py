"""Two parameters of the model exclude each other.

Providers refuse both together, or let one of them win.

Good::

    model: {name: gpt-4.1, parameters: {temperature: 0.2}}
    prompt: Hello

Bad::

    model: {name: gpt-4.1, parameters: {temperature: 0.2, top_p: 0.9}}
    prompt: Hello
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.adapters.rules.base import Mark, Subject
from basalt_cli.pure.model_parameters import EXCLUSIVE

ID = "M506"
NAME = "exclusive-parameters"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at the later one of each pair."""
    seen: list[str] = []
    for key, _ in subject.entries("model", "parameters"):
        for other in seen:
            if (other, key.text) in EXCLUSIVE or (key.text, other) in EXCLUSIVE:
                yield Mark(key.span, f"{key.text} and {other} exclude each other", "Keep one of the two.")
        seen.append(key.text)
