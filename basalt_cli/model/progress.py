"""The progress of a long run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""A function that takes the number of finished items and of all items."""


def ignore_progress(_done: int, _total: int) -> None:
    """Ignore the progress."""
