"""The name of a model parameter looks misspelt.

basalt passes unknown parameters on, so a misspelt one reaches the provider, which rejects or ignores it. Only names
close to a known one are reported.

Good::

    model: {name: gpt-4.1, parameters: {temperature: 0.2}}
    prompt: Hello

Bad::

    model: {name: gpt-4.1, parameters: {temprature: 0.2}}
    prompt: Hello
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.model_parameters import OTHERS, PARAMETERS
from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.source import Edit, Fix
from basalt_cli.text.words import closest

ID = "M501"
NAME = "unknown-parameter"
SEVERITY = "warning"


# Names with at least this similarity are taken for one name with a spelling mistake.
_LIKENESS = 0.8
_MOST_PARAMETERS = 100


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each name that is nearly the name of a known parameter."""
    entries = subject.entries("model", "parameters")
    absent = [name for name in PARAMETERS if all(key.text != name for key, _ in entries)]
    for key, _ in entries[:_MOST_PARAMETERS]:
        guess = None if key.text in PARAMETERS or key.text in OTHERS else closest(key.text.lower(), absent, _LIKENESS)
        if guess is not None:
            message = f"unknown parameter {key.text!r}"
            fix = Fix((Edit(key.start, key.end, guess),), is_safe=False)
            yield Mark(key.span, message, f"Did you mean {guess!r}? Parameters are in snake_case.", fix)
