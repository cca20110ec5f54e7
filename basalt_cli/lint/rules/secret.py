"""The file contains a key, a token or a password.

A repository is copied, its history keeps every committed file, and a prompt is sent to a provider. Revoke a key that
was committed: removing it does not make it safe again. basalt never prints the whole value.

Good::

    variables: {account: string}
    prompt: Answer for the account {{ account }}.

Bad::

    prompt: Use the key AKIA<16 characters> to answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.yaml.positions import line_and_column
from basalt_cli.lint.rule import Mark, Subject
from basalt_cli.lint.secret_patterns import find_secrets
from basalt_cli.model.source import Span

ID = "X605"
NAME = "secret"
SEVERITY = "error"


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each secret of the file, also in comments."""
    for secret in find_secrets(subject.text):
        line, column = line_and_column(subject.text, secret.start)
        end_line, end_column = line_and_column(subject.text, secret.end)
        help_text = (
            "Remove it, revoke it where it was issued, and pass the new one to the application in its environment."
        )
        message = f"this looks like {secret.kind} ({secret.hint})"
        yield Mark(Span(line, column, end_line, end_column), message, help_text)
