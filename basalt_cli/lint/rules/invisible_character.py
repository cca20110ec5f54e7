"""A character is invisible.

Zero-width characters hide words from reviewers and searches, but the model reads them. Joiners inside emoji, and
between letters of scripts that need them, are allowed.

Good::

    prompt: Answer politely.

Bad::

    prompt: Answer<U+....> politely.
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.text.clean import INVISIBLE, is_joiner_in_place

ID = "X602"
NAME = "invisible-character"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each such character of the file, in templates, keys and comments."""
    for match in INVISIBLE.finditer(subject.text):
        if not is_joiner_in_place(match):
            help_text = "Remove it, or write it as an escape in double quotes."
            yield Mark(subject.span_of(match.start()), f"U+{ord(match.group()):04X} is invisible", help_text)
