"""Calls in source code that fetch a prompt."""

from __future__ import annotations

from typing import NamedTuple


class PromptCall(NamedTuple):
    """A call that names a prompt; ``variables`` are the names that it passes, None where only a run can tell.

    ``is_pinned``: it asks for a fixed version, which later changes do not affect. Line and column are 1-based.
    """

    slug: str
    line: int
    column: int
    variables: tuple[str, ...] | None
    is_pinned: bool
