"""A line ends in blanks.

In a template, the model receives them, and a blank at the end of a message can change the start of its answer. Two
blanks after a word in a template are allowed: they are a line break in Markdown.

Good::

    prompt: |
      Answer:

Bad (a blank after the colon)::

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
    """Yield a mark at each run of blanks at the end of a line; only those outside templates have a fix."""
    matches = list(_TRAILING.finditer(subject.text))
    scalars = subject.scalars() if matches else ()
    blocks = [(scalar.start, scalar.end) for scalar in scalars if scalar.style in ("|", ">")]
    for match in matches:
        start, end = match.span()
        is_in_template = subject.root is None or any(first <= start < last for first, last in blocks)
        is_blank_line = start == 0 or subject.text[start - 1] == "\n"
        if is_in_template and _is_cut_off(subject.text, start, end):
            continue
        if is_in_template and match.group() == _MARKDOWN_BREAK and not is_blank_line:
            continue
        line, column, *_ = subject.span_of(start)
        message = (
            "the line ends in blanks, which are sent to the model" if is_in_template else "the line ends in blanks"
        )
        fix = None if is_in_template else Fix((Edit(start, end, ""),))
        yield Mark(Span(line, column, line, column + end - start), message, "Remove them.", fix)
    yield from _ends_of_quoted_texts(subject)


def _is_cut_off(text: str, start: int, end: int) -> bool:
    """Return whether a ``-`` in a tag of Jinja2 removes the blanks."""
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
            yield Mark(span, "the text ends in blanks, which are sent to the model", "Remove them.")
