"""A finding of the linter."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.model.source import Fix, Span


class Finding(NamedTuple):
    """One rule broken at one place.

    ``severity`` is ``error``, ``warning`` or ``info``, ``path`` is from the project's folder, ``help`` says what to do.
    """

    code: str
    name: str
    severity: str
    path: str
    span: Span
    message: str
    help: str | None = None
    fix: Fix | None = None

    @property
    def is_fixable(self) -> bool:
        """Return whether ``--fix`` alone applies its fix."""
        return self.fix is not None and self.fix.is_safe
