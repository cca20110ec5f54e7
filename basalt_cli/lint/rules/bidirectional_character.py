"""A character changes the direction of the text.

A reviewer sees the text in another order than the model reads it (CVE-2021-42574).

Good::

    prompt: Answer politely.

Bad::

    prompt: Answer<U+....> politely.
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.text.clean import BIDIRECTIONAL, is_joiner_in_place

ID = "X601"
NAME = "bidirectional-character"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each such character of the file, in templates, keys and comments."""
    for match in BIDIRECTIONAL.finditer(subject.text):
        if not is_joiner_in_place(match):
            help_text = "Remove it: text in Hebrew or Arabic needs no such character."
            yield Mark(
                subject.span_of(match.start()),
                f"U+{ord(match.group()):04X} changes the direction of the text",
                help_text,
            )
