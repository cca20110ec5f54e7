"""A key, token or password is written down.

A repository is copied, and its history keeps what was ever committed; a prompt is sent to a provider besides. Revoke a
key that was committed: taking it out again does not help. Its value is never printed whole.

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
    """Yield a mark at each secret, comments included."""
    for secret in find_secrets(subject.text):
        line, column = line_and_column(subject.text, secret.start)
        end_line, end_column = line_and_column(subject.text, secret.end)
        help_text = "Take it out, and revoke it where it was issued; give it to the application by its environment."
        message = f"this looks like {secret.kind} ({secret.hint})"
        yield Mark(Span(line, column, end_line, end_column), message, help_text)
