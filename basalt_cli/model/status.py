"""Where every prompt runs, and how sound that is."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.model.change import Risk
from basalt_cli.model.pointer import Pointer
from basalt_cli.model.version import Version


class Flaw(NamedTuple):
    """What is wrong with a pointer.

    ``kind`` is ``gone`` (no such commit in this clone), ``off-trunk``, ``digest`` or ``no-prompt`` (the commit has no
    such prompt).
    """

    environment: str
    slug: str
    kind: str
    message: str

    @property
    def is_gone(self) -> bool:
        """Say whether nothing can be read at the pointer's commit."""
        return self.kind == "gone"


class Deployed(NamedTuple):
    """What one environment runs of one prompt.

    ``behind`` counts the versions up to the newest, and ``risk`` is that of the step there; None when the commit is not
    in this clone, ``risk`` also where nothing is newer.
    """

    pointer: Pointer
    release: str | None
    behind: int | None
    risk: Risk | None
    flaw: Flaw | None = None


class PromptStatus(NamedTuple):
    """One prompt: its newest version on the trunk (None when it is not there), and what runs of it, by environment."""

    slug: str
    latest: Version | None
    environments: dict[str, Deployed]


class Status(NamedTuple):
    """All prompts by all environments, in promotion order."""

    environments: tuple[str, ...]
    prompts: tuple[PromptStatus, ...]
    notes: tuple[str, ...]
