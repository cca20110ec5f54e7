"""A comment is part of the text, and is sent to the model.

Inside a block of text ``#`` starts no YAML comment, and ``<!-- -->`` is no comment to Jinja2: only ``{# ... #}`` is
left out. Notes to colleagues cost tokens and may be obeyed.

Good::

    prompt: |
      {# Keep this short. #}
      Answer in one sentence.

Bad::

    prompt: |
      <!-- Keep this short. -->
      Answer in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from basalt_cli.format.template.plain_text import mask_tags
from basalt_cli.lint.rule import Mark, Subject

ID = "T316"
NAME = "comment-as-text"
SEVERITY = "warning"

_NOTE = re.compile(r"^[ \t]*((?:#|//)[ \t]*(?:TODO|FIXME|XXX)\b[^\n]*)", re.MULTILINE)
# Two blanks and a sentence in lower case: a heading behind a tag, or a number sign, looks otherwise.
_BEHIND_VALUE = re.compile(r"\}\}[ \t]{2,}(# [a-z][^\n{]*)$", re.MULTILINE)
# <!-- BEGIN CONTEXT --> is no comment but a delimiter that somebody chose.
_DELIMITER = re.compile(r"[A-Z0-9 _:/-]*\Z")


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each comment; code in fences and between backticks is no comment."""
    for template in subject.templates:
        if "<!--" in template.text or "#" in template.text or "//" in template.text:
            for start, end in sorted(_find_comments(template.text, mask_tags(template.text))):
                span = subject.span(template, start, end - start)
                yield Mark(span, "this comment is sent to the model", "Write it as {# ... #}, or take it out.")


def _find_comments(text: str, masked: str) -> Iterator[tuple[int, int]]:
    start = masked.find("<!--")
    while start >= 0:
        end = masked.find("-->", start + 4)
        if end < 0:
            break
        if not _DELIMITER.match(masked[start + 4 : end]):
            yield start, end + 3
        start = masked.find("<!--", end + 3)
    yield from (match.span(1) for match in _NOTE.finditer(masked))
    yield from (match.span(1) for match in _BEHIND_VALUE.finditer(text) if masked[match.start(1)] == "#")
