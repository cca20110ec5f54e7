"""Numbers of releases: which one must follow, given what changed."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from basalt_cli.model.change import Risk


class Bump(IntEnum):
    """Which part of a number goes up."""

    PATCH = 0
    MINOR = 1
    MAJOR = 2


class Number(NamedTuple):
    """A release's number; before 1.0.0 a breaking change raises the minor part, as semantic versioning has it."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def raised(self, bump: Bump) -> Number:
        """Return the next number."""
        if bump is Bump.MAJOR:
            return Number(self.major + 1, 0, 0)
        return Number(self.major, self.minor + 1, 0) if bump is Bump.MINOR else self._replace(patch=self.patch + 1)


def parse_number(text: str) -> Number:
    """Parse ``1.2.0`` or ``v1.2.0``, which the caller has checked to be shaped so."""
    return Number(*(int(part) for part in text.removeprefix("v").split(".")))


def smallest_bump(last: Number, risk: Risk) -> Bump:
    """Return the smallest honest bump for the worst change since the last release."""
    needed = {Risk.BREAKING: Bump.MAJOR, Risk.BEHAVIOURAL: Bump.MINOR}.get(risk, Bump.PATCH)
    return needed if last.major else Bump(max(needed - 1, 0))
