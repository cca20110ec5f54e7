"""The file does not end in exactly one line break.

Without a line break at the end, tools that join files or append lines damage the last line.

Good::

    prompt: Hello

Bad::

    prompt: Hello


"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.source import Edit, Fix

ID = "Y110"
NAME = "final-newline"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at the end of the file, except where a block scalar keeps its final blank lines."""
    text = subject.text
    body = text.rstrip(" \t\r\n")
    ending = text[len(body) :]
    line_end = "\r\n" if ending.startswith("\r\n") else "\n"
    is_broken = subject.root is None and bool(subject.problems)
    if not body or ending == line_end or is_broken or _is_in_block(subject, len(text)):
        return
    fix = Fix((Edit(len(body), len(text), line_end),))
    if "\n" not in ending:
        span = subject.span_of(len(body) - 1)
        yield Mark(span, "the file does not end in a line break", "Add a line break.", fix)
    elif ending.count("\n") > 1:
        yield Mark(subject.span_of(len(body) + len(line_end)), "the file ends in blank lines", "Remove them.", fix)


def _is_in_block(subject: Subject, end: int) -> bool:
    return any(
        scalar.style in ("|", ">") and scalar.end >= end and scalar.text[-2:] == "\n\n" for scalar in subject.scalars()
    )
