"""A letter looks like one of ours and is another.

A Cyrillic letter in the middle of an English word reads the same to people, and as something else to a model, a search
or a program that looks for the word.

Good::

    prompt: Reply with APPROVED.

Bad (U+0410 is Cyrillic)::

    prompt: Reply with <U+0410>PPROVED.
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.confusables import find_confusables
from basalt_cli.lint.rule import Mark, Subject

ID = "X604"
NAME = "confusable-character"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each such letter in a word that has plain letters as well."""
    for index, character, looks_like in find_confusables(subject.text):
        message = f"U+{ord(character):04X} looks like {looks_like!r} and is not"
        yield Mark(subject.span_of(index), message, f"Write {looks_like!r}, if that is meant.")
