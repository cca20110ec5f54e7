"""The report of the merge gate."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from basalt_cli.model.change import PromptDiff
from basalt_cli.model.version import EMPTY_TREE


class Level(Enum):
    """The effect of an item on the verdict."""

    FAIL = "fail"
    WARN = "warn"
    ALLOWED = "allowed"


class CheckItem(NamedTuple):
    """One item of the report; ``kind`` is its key in ``check:`` of basalt.yaml.

    ``path`` is relative to the project, ``line`` and ``column`` are 1-based; ``reason`` is why an item that would fail
    is allowed.
    """

    kind: str
    level: Level
    message: str
    slug: str | None = None
    environment: str | None = None
    code: str | None = None
    path: str | None = None
    line: int | None = None
    column: int | None = None
    help: str | None = None
    reason: str | None = None


class CheckReport(NamedTuple):
    """The commits that are compared, all items, and the changed prompts.

    ``base`` is a commit, or git's empty tree before the first commit.
    """

    base: str
    head: str
    items: tuple[CheckItem, ...]
    diffs: tuple[PromptDiff, ...]
    cases: int = 0
    files: int = 0

    @property
    def base_name(self) -> str:
        """Return the short commit of the base, or ``nothing`` for the empty tree."""
        return "nothing" if self.base == EMPTY_TREE else self.base[:9]

    @property
    def fails(self) -> bool:
        """Return whether an item fails the check."""
        return any(item.level is Level.FAIL for item in self.items)
