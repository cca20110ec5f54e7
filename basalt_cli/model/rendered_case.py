"""A test case that is rendered on both sides of a diff."""

from __future__ import annotations

from typing import NamedTuple


class RenderedCase(NamedTuple):
    """The messages of one case on both sides as (role, text); None where a side has no such case, or has an error.

    A case that only one side declares is rendered on the other side too, where its values are valid there.
    """

    name: str
    old: tuple[tuple[str, str], ...] | None
    new: tuple[tuple[str, str], ...] | None
    old_error: str | None = None
    new_error: str | None = None

    @property
    def is_same(self) -> bool:
        """Return whether messages and errors are equal on both sides."""
        return self.old == self.new and self.old_error == self.new_error
