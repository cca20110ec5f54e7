"""A line ends in blanks that nobody sees.

In a template they are sent to the model, and a blank at the end of a message can change what it answers first. Two
blanks behind a word stay unmarked in texts: that is a line break in Markdown.

Good::

    prompt: |
      Answer:

Bad (a blank behind the colon)::

    prompt: |
      Answer:
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.source import Edit, Fix, Span

ID = "X606"
NAME = "trailing-whitespace"
SEVERITY = "warning"

_TRAILING = re.compile(r"[ \t]+(?=\r?\n|\Z)")
_MARKDOWN_BREAK = "  "
_CUTTING = re.compile(r"\s*\{[{%#]-")


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each such run of blanks; only those outside of texts are mended."""
    matches = list(_TRAILING.finditer(subject.text))
    scalars = subject.scalars() if matches else ()
    blocks = [(scalar.start, scalar.end) for scalar in scalars if scalar.style in ("|", ">")]
    for match in matches:
        start, end = match.span()
        is_in_text = subject.root is None or any(first <= start < last for first, last in blocks)
        is_blank_line = start == 0 or subject.text[start - 1] == "\n"
        if is_in_text and _is_cut_off(subject.text, start, end):
            continue
        if is_in_text and match.group() == _MARKDOWN_BREAK and not is_blank_line:
            continue
        line, column, *_ = subject.span_of(start)
        message = "the line ends in blanks, which the model is sent" if is_in_text else "the line ends in blanks"
        fix = None if is_in_text else Fix((Edit(start, end, ""),))
        yield Mark(Span(line, column, line, column + end - start), message, "Take them out.", fix)
    yield from _ends_of_quoted_texts(subject)


def _is_cut_off(text: str, start: int, end: int) -> bool:
    """Say whether a sign of Jinja2 takes the blanks away before anything is sent."""
    return text[:start].endswith(("-%}", "-}}", "-#}")) or _CUTTING.match(text, end) is not None


def _ends_of_quoted_texts(subject: Subject) -> Iterator[Mark]:
    for template in subject.templates:
        owner = template.owner
        if (
            owner is not None
            and owner.scalar.style in ('"', "'")
            and owner.text[-1:] in (" ", "\t")
            and owner.text.strip()
        ):
            span = subject.span(template, len(owner.text) - 1)
            yield Mark(span, "the text ends in blanks, which the model is sent", "Take them out.")
