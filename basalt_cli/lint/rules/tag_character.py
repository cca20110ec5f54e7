"""A character is a Unicode tag character.

Tag characters are an invisible alphabet: whole sentences in it are hidden from people, but a model can follow them.

Good::

    prompt: Answer politely.

Bad::

    prompt: Answer<U+....> politely.
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.text.clean import TAGS, is_joiner_in_place

ID = "X603"
NAME = "tag-character"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each such character of the file, in templates, keys and comments."""
    for match in TAGS.finditer(subject.text):
        if not is_joiner_in_place(match):
            help_text = "Remove it."
            yield Mark(
                subject.span_of(match.start()),
                f"U+{ord(match.group()):04X} is a tag character: it is invisible, but a model reads it",
                help_text,
            )
