"""Changes between two versions of a prompt."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from basalt_cli.model.json_value import Json


class Risk(IntEnum):
    """The risk of a change, in rising order."""

    NONE = 0
    WORDING = 1
    BEHAVIOURAL = 2
    BREAKING = 3

    @property
    def label(self) -> str:
        """Return the name in outputs."""
        return self.name.lower()


class Change(NamedTuple):
    """One change; ``code`` is stable, ``path`` a key path such as ``variables.tone.type``; an absent side is None."""

    code: str
    path: str
    old: Json
    new: Json
    risk: Risk
    message: str


class PromptDiff(NamedTuple):
    """All changes of one prompt; ``old`` and ``new`` label the sides, None where the prompt does not exist."""

    slug: str
    old: str | None
    new: str | None
    changes: tuple[Change, ...]

    @property
    def risk(self) -> Risk:
        """Return the highest risk of all changes."""
        return worst_risk(self.changes)


def worst_risk(changes: Iterable[Change]) -> Risk:
    """Return the highest risk of some changes; ``Risk.NONE`` where there are none."""
    return max((change.risk for change in changes), default=Risk.NONE)


def unique_changes(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes without duplicates, in order; their values (lists, mappings) cannot be hashed."""
    kept: list[Change] = []
    for change in changes:
        if change not in kept:
            kept.append(change)
    return tuple(kept)
