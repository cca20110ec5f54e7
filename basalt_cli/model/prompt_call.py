"""A place in source code that fetches a prompt."""

from __future__ import annotations

from typing import NamedTuple


class PromptCall(NamedTuple):
    """A call that names a prompt; ``variables`` are the names that it gives, None where only running it can tell.

    ``is_pinned`` says that it asks for a fixed version, which no change can reach. Line and column are 1-based.
    """

    slug: str
    line: int
    column: int
    variables: tuple[str, ...] | None
    is_pinned: bool
