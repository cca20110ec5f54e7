"""An include names a partial that does not exist.

Rendering would fail. A partial is named by its path from the prompts folder; links are not followed. With
``ignore missing``, the partial may be missing.

Good::

    prompt: |
      {% include "partials/voice.md" %}

Bad::

    prompt: |
      {% include "partials/vioce.md" %}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.prompt.needs import existing_names
from basalt_cli.format.template import Include, analyse
from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.text.slug import is_outside
from basalt_cli.text.words import did_you_mean

ID = "T306"
NAME = "missing-include"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each include without an existing partial, directly or in a partial that it includes."""
    for template in subject.templates:
        for include in template.facts.includes:
            is_known = include.optional or existing_names(include, subject.partials)
            if not is_known and not any(is_outside(name) for name in include.names):
                names = " or ".join(repr(name) for name in include.names)
                span = subject.span(template, include.offset, include.length)
                yield Mark(span, f"the partial {names} does not exist", _help(subject, include.names[0]))
            for partial, name in _missing_inside(include, subject.partials, set()):
                span = subject.span(template, include.offset, include.length)
                yield Mark(
                    span, f"the partial {name!r}, which {partial} includes, does not exist", _help(subject, name)
                )


def _missing_inside(include: Include, partials: dict[str, str], seen: set[str]) -> Iterator[tuple[str, str]]:
    """Yield each partial that includes a missing one, directly or not, and the missing name."""
    for partial in existing_names(include, partials):
        if partial in seen:
            continue
        seen.add(partial)
        for inner in analyse(partials[partial]).includes:
            if not inner.optional and not existing_names(inner, partials) and not any(map(is_outside, inner.names)):
                yield partial, inner.names[0]
            yield from _missing_inside(inner, partials, seen)


def _help(subject: Subject, name: str) -> str:
    if subject.is_link(name):
        return "It is a symbolic link or a submodule: replace it by a file."
    if name.endswith((".yaml", ".yml")):
        return "A prompt cannot be included: move the shared text into a partial, such as partials/voice.md."
    return f"{did_you_mean(name, subject.partials)}Name a partial by its path from the prompts folder."
