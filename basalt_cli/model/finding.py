"""What the linter says."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.model.source import Span


class Finding(NamedTuple):
    """One rule broken at one place; ``severity`` is error, warning or info; ``path`` is relative to the project."""

    code: str
    name: str
    severity: str
    path: str
    span: Span
    message: str
    help: str | None = None
    fixable: bool = False
