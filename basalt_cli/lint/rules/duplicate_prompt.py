"""Two prompts send the same messages to the same model.

A later change to one of them is easily forgotten in the other. Reported only when the whole project is linted.

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
    """Yield a mark on each prompt that sends the same as an earlier one."""
    first: dict[str, str] = {}
    for file in subject.files:
        if file.sent and first.setdefault(file.sent, file.path) != file.path:
            message = f"the prompt sends the same as {slug_of(first[file.sent])}"
            yield Mark(
                FILE_START, message, "Delete one of the two, or move the shared text into a partial.", path=file.path
            )
