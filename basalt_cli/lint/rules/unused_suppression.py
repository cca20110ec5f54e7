"""A comment suppresses a rule that has no finding there, or that does not exist.

It would hide the next real finding on its line. The rule runs after all other rules.

Good::

    prompt: Hello {{ nme }}  # basalt: ignore[T302] the caller sets it

Bad::

    prompt: Hello  # basalt: ignore[T302] the caller sets it
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.lint.rule import Mark, Subject

ID = "Y108"
NAME = "unused-suppression"
SEVERITY = "warning"


def check(subject: Subject) -> Iterator[Mark]:  # noqa: ARG001 - only the linter knows what the other rules found
    """Yield nothing: ``lint/suppressions.py`` finds these after all other rules have run."""
    yield from ()
