"""A comment switches off a rule that would not have spoken, or that does not exist.

It would hide the next real finding on its line. The linter itself finds these, after all other rules.

Good::

    prompt: Hello {{ nme }}  # basalt: ignore[T302] filled in by the caller

Bad::

    prompt: Hello  # basalt: ignore[T302] filled in by the caller
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
