"""A parameter of the model looks misspelt.

Parameters that basalt does not know are passed on, so a misspelt one reaches the provider, which refuses it or ignores
it. Only names close to a known one are reported.

Good::

    model: {name: gpt-4.1, parameters: {temperature: 0.2}}
    prompt: Hello

Bad::

    model: {name: gpt-4.1, parameters: {temprature: 0.2}}
    prompt: Hello
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.adapters.rules.base import Mark, Subject
from basalt_cli.pure.model_parameters import PARAMETERS
from basalt_cli.pure.words import closest

ID = "M501"
NAME = "unknown-parameter"
SEVERITY = "warning"


# Closer than this, two names are one word with a slip.
_LIKENESS = 0.8


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each name that is nearly a known one."""
    for key, _ in subject.entries("model", "parameters"):
        guess = None if key.text in PARAMETERS else closest(key.text.lower(), PARAMETERS, _LIKENESS)
        if guess is not None:
            message = f"the parameter {key.text!r} is not known"
            yield Mark(key.span, message, f"Did you mean {guess!r}? Parameters are in snake_case.")
