"""Two prompts send the same messages to the same model.

One of the two is changed one day, and the other is forgotten. Looked for when the whole project is linted.

Good::

    prompts/support/reply.yaml   prompt: Reply to {{ message }}
    prompts/support/triage.yaml  prompt: Sort {{ message }}

Bad::

    prompts/support/reply.yaml   prompt: Reply to {{ message }}
    prompts/support/answer.yaml  prompt: Reply to {{ message }}
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, RepositorySubject
from basalt_cli.model.source import FILE_START
from basalt_cli.text.slug import slug_of

ID = "R701"
NAME = "duplicate-prompt"
SEVERITY = "warning"


def check_repository(subject: RepositorySubject) -> Iterator[Mark]:
    """Yield a mark on each prompt but the first of those that are the same."""
    first: dict[str, str] = {}
    for file in subject.files:
        if file.sent and first.setdefault(file.sent, file.path) != file.path:
            message = f"the prompt sends just what {slug_of(first[file.sent])} sends"
            yield Mark(FILE_START, message, "Keep one of the two, or share a partial.", path=file.path)
