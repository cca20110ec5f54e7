"""A test case rendered at both sides of a diff."""

from __future__ import annotations

from typing import NamedTuple


class RenderedCase(NamedTuple):
    """One case on both sides: its messages as (role, text), None where the side lacks the case, or fails with an error.

    A case of one side alone is rendered on both, where its values fit.
    """

    name: str
    old: tuple[tuple[str, str], ...] | None
    new: tuple[tuple[str, str], ...] | None
    old_error: str | None = None
    new_error: str | None = None

    @property
    def is_same(self) -> bool:
        """Say whether the model reads the same on both sides."""
        return self.old == self.new and self.old_error == self.new_error
