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

from basalt_cli.adapters.rules.base import Mark, Subject
from basalt_cli.pure.plain_text import mask_tags

ID = "T316"
NAME = "comment-as-text"
SEVERITY = "warning"

_COMMENT = re.compile(r"<!--.*?-->|^[ \t]*(?:#|//)[ \t]*(?:TODO|FIXME|XXX)\b[^\n]*", re.DOTALL | re.MULTILINE)
_BEHIND_TAG = re.compile(r"(?:\}\}|%\})[ \t]+(# [^\n]*)")


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each comment; code in fences and between backticks is no comment."""
    for template in subject.templates:
        if "<!--" in template.text or "#" in template.text or "//" in template.text:
            masked = mask_tags(template.text)
            found = [(match.start(), match.end()) for match in _COMMENT.finditer(masked)]
            found += [match.span(1) for match in _BEHIND_TAG.finditer(template.text) if masked[match.start(1)] == "#"]
            for first, end in sorted(found):
                start = end - len(masked[first:end].lstrip())
                span = subject.span(template, start, end - start)
                yield Mark(span, "this comment is sent to the model", "Write it as {# ... #}, or take it out.")
