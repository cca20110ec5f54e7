"""Findings of the linter."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.model.source import Fix, Span


class Finding(NamedTuple):
    """A violation of one rule; ``severity`` is error, warning or info; ``path`` is relative to the project."""

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
        """Return whether ``--fix`` fixes it without further options."""
        return self.fix is not None and self.fix.is_safe
