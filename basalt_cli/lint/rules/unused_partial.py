"""No prompt includes a partial.

A file that looks like part of a prompt but is not sent to a model misleads its readers. Reported for files that end in
.md, .txt, .j2 or .jinja, only when the whole project is linted.

Good::

    prompt: '{% include "partials/voice.md" %}'

Bad (nothing includes partials/voice.md)::

    prompt: Be kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, RepositorySubject
from basalt_cli.model.source import FILE_START

ID = "T313"
NAME = "unused-partial"
SEVERITY = "warning"

_ENDINGS = (".md", ".txt", ".j2", ".jinja")


def check_repository(subject: RepositorySubject) -> Iterator[Mark]:
    """Yield a mark on each partial that no prompt includes; none if a file cannot be read completely."""
    if not all(file.is_readable for file in subject.files):
        return
    reached = {path for file in subject.files if file.is_prompt for path in file.reached}
    for path in subject.partial_paths:
        # Names in capitals, such as CHANGELOG.md, are documents for people.
        is_document = path.rpartition("/")[2].partition(".")[0].isupper()
        if path.endswith(_ENDINGS) and path not in reached and not is_document:
            yield Mark(FILE_START, "no prompt includes this partial", "Include it, or delete it.", path=path)
