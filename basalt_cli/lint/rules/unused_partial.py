"""A partial is included by no prompt.

What looks like part of a prompt and reaches no model misleads whoever edits it. Looked for when the whole project is
linted, among files that end in .md, .txt, .j2 or .jinja.

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
    """Yield a mark on each partial that no prompt reaches; silent while a prompt cannot be read to its end."""
    if not all(file.is_readable for file in subject.files):
        return
    reached = {path for file in subject.files if file.is_prompt for path in file.reached}
    for path in subject.partial_paths:
        # CHANGELOG.md and the like are for people.
        is_document = path.rpartition("/")[2].partition(".")[0].isupper()
        if path.endswith(_ENDINGS) and path not in reached and not is_document:
            yield Mark(FILE_START, "no prompt includes this partial", "Include it, or delete it.", path=path)
