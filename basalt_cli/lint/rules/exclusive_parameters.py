"""Two parameters of the model exclude each other.

Providers reject a request with both, or ignore one of them.

Good::

    model: {name: gpt-4.1, parameters: {temperature: 0.2}}
    prompt: Hello

Bad::

    model: {provider: anthropic, parameters: {temperature: 0.2, top_p: 0.9}}
    prompt: Hello
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.model_parameters import EXCLUSIVE
from basalt_cli.lint.rule import Mark, Subject

ID = "M506"
NAME = "exclusive-parameters"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at the second parameter of each pair."""
    provider = subject.prompt.model.provider if subject.prompt is not None else None
    keys = {key.text: key for key, _ in subject.entries("model", "parameters")}
    names = list(keys)
    for one, other, only_provider in sorted(EXCLUSIVE, key=str):
        if one in keys and other in keys and only_provider in (None, provider):
            first, second = sorted((one, other), key=names.index)
            yield Mark(keys[second].span, f"{second} and {first} exclude each other", "Remove one of the two.")
