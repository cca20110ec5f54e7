"""What the merge gate says."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from basalt_cli.model.change import PromptDiff
from basalt_cli.model.version import EMPTY_TREE


class Level(Enum):
    """What an item does to the verdict."""

    FAIL = "fail"
    WARN = "warn"
    ALLOWED = "allowed"


class CheckItem(NamedTuple):
    """One thing that the gate has to say; ``kind`` is what the policy calls it.

    ``path`` is from the project's folder, ``line`` and ``column`` 1-based; ``reason`` says why what would fail is
    allowed.
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
    """What is checked against what, all that there is to say, and what changed.

    ``base`` is a commit, or git's empty tree before the first one.
    """

    base: str
    head: str
    items: tuple[CheckItem, ...]
    diffs: tuple[PromptDiff, ...]
    cases: int = 0
    files: int = 0

    @property
    def base_name(self) -> str:
        """Return what people call the base."""
        return "nothing" if self.base == EMPTY_TREE else self.base[:9]

    @property
    def fails(self) -> bool:
        """Say whether the change may not be merged."""
        return any(item.level is Level.FAIL for item in self.items)
