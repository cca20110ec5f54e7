"""Release numbers, and the smallest bump that the changes need."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from basalt_cli.model.change import Risk


class Bump(IntEnum):
    """The part of a release number to raise."""

    PATCH = 0
    MINOR = 1
    MAJOR = 2


class Number(NamedTuple):
    """A release number, as in semantic versioning."""

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
    """Parse ``1.2.0`` or ``v1.2.0``; the caller has checked the form."""
    return Number(*(int(part) for part in text.removeprefix("v").split(".")))


def smallest_bump(last: Number, risk: Risk) -> Bump:
    """Return the smallest bump for the worst change since the last release.

    Before 1.0.0 each bump is one part lower: a breaking change raises the minor part.
    """
    needed = {Risk.BREAKING: Bump.MAJOR, Risk.BEHAVIOURAL: Bump.MINOR}.get(risk, Bump.PATCH)
    return needed if last.major else Bump(max(needed - 1, 0))
