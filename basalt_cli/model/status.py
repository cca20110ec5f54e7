"""The versions that environments run, and flaws of pointers."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.model.change import Risk
from basalt_cli.model.pointer import Pointer
from basalt_cli.model.version import Version


class Flaw(NamedTuple):
    """A flaw of a pointer.

    ``kind`` is ``gone`` (this clone does not have the commit), ``off-trunk`` (the commit is not on the trunk),
    ``digest`` (the digest differs) or ``no-prompt`` (the commit does not have the prompt).
    """

    environment: str
    slug: str
    kind: str
    message: str

    @property
    def is_gone(self) -> bool:
        """Return whether this clone does not have the pointer's commit."""
        return self.kind == "gone"


class DeployedVersion(NamedTuple):
    """The version of one prompt in one environment.

    ``behind`` is the number of newer versions, and ``risk`` that of a promotion to the newest; both are None where this
    clone does not have the commit, and ``risk`` also where no version is newer.
    """

    pointer: Pointer
    release: str | None
    behind: int | None
    risk: Risk | None
    flaw: Flaw | None = None


class PromptStatus(NamedTuple):
    """One prompt: its newest version (None where the trunk does not have it), and its version in each environment."""

    slug: str
    latest: Version | None
    environments: dict[str, DeployedVersion]


class Status(NamedTuple):
    """All prompts in all environments, which are in promotion order."""

    environments: tuple[str, ...]
    prompts: tuple[PromptStatus, ...]
    notes: tuple[str, ...]
