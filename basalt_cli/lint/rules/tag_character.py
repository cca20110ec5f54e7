"""A character belongs to the invisible alphabet of tags.

Whole sentences can be written in it that nobody sees and a model follows.

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
    """Yield a mark at each such character, in templates, keys and comments alike."""
    for match in TAGS.finditer(subject.text):
        if not is_joiner_in_place(match):
            help_text = "Take it out."
            yield Mark(
                subject.span_of(match.start()),
                f"U+{ord(match.group()):04X} is a tag character, which nobody sees and a model reads",
                help_text,
            )
