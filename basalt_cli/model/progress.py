"""How far a long run is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many items are done, and of how many."""


def tell_nobody(_done: int, _total: int) -> None:
    """Take the progress of a run that nobody watches."""
