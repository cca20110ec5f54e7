"""A comment is part of the text that is sent to the model.

Inside a block of text, ``#`` does not start a YAML comment, and ``<!-- -->`` is not a comment to Jinja2: only
``{# ... #}`` is removed. The model reads such notes and may follow them, and they cost tokens.

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
# Two blanks and a lower-case sentence: a Markdown heading after a tag, or a number sign, has another form.
_BEHIND_VALUE = re.compile(r"\}\}[ \t]{2,}(# [a-z][^\n{]*)$", re.MULTILINE)
# <!-- BEGIN CONTEXT --> is a delimiter of the prompt, not a comment.
_DELIMITER = re.compile(r"[A-Z0-9 _:/-]*\Z")


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each comment outside code fences and backticks."""
    for template in subject.templates:
        if "<!--" in template.text or "#" in template.text or "//" in template.text:
            for start, end in sorted(_find_comments(template.text, mask_tags(template.text))):
                span = subject.span(template, start, end - start)
                yield Mark(span, "this comment is sent to the model", "Write it as {# ... #}, or remove it.")


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
