"""The lines of the file end in CR LF.

basalt reads CR LF as LF, and its digests do not depend on it; other readers may differ, and mixed line ends make diffs
hard to read. ``basalt init`` writes ``prompts/** text eol=lf`` to .gitattributes, which keeps LF on every system.

Good::

    prompt: Hello

Bad (each line ends in CR LF)::

    prompt: Hello
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.model.source import Edit, Fix

ID = "Y111"
NAME = "line-ends"
SEVERITY = "warning"

_WINDOWS = re.compile(r"\r\n")


def check(subject: Subject) -> Iterator[Mark]:
    """Yield one mark, at the first such line end of the file."""
    if "\r\n" not in subject.text:
        return
    edits = tuple(Edit(match.start(), match.end(), "\n") for match in _WINDOWS.finditer(subject.text))
    message = f"{len(edits)} of {subject.text.count(chr(10))} lines end in CR LF"
    yield Mark(subject.span_of(edits[0].start), message, "Save the file with LF line ends.", Fix(edits))
