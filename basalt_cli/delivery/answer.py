"""Versions of prompts with their files, and the answer of a source to what a slug means at a selector."""

from __future__ import annotations

from dataclasses import dataclass, field

from basalt_cli.format.prompt.closure import Closure

DEFAULT_FOLDER = "prompts"


@dataclass(frozen=True, slots=True)
class Content:
    """One version of one prompt: the commit (40 hex digits) and the files that shape its rendered text.

    ``folder`` is the prompts folder that the trunk's basalt.yaml names; messages show paths with it.
    """

    slug: str
    version: str
    closure: Closure
    folder: str = DEFAULT_FOLDER

    @property
    def digest(self) -> str:
        """Return the digest of the closure."""
        return self.closure.digest


@dataclass(frozen=True, slots=True)
class Answer:
    """What a slug means at a tag or version: the current version, then those of a gradual roll-out.

    ``percents`` has the percentage of each version of the roll-out, in the order of ``contents`` without its first.
    ``environment`` is set if a pointer was followed. ``is_immutable`` is set if the same selector always has this
    answer. ``age_seconds`` is the time since the source was last known to give it. ``is_copy`` and ``error`` are set by
    a source that could not be reached and answered from a copy of its own.
    """

    contents: tuple[Content, ...]
    percents: tuple[int, ...] = ()
    environment: str | None = None
    is_immutable: bool = False
    age_seconds: float = 0
    is_copy: bool = False
    error: Exception | None = field(default=None, compare=False)

    @property
    def current(self) -> Content:
        """Return the version for all callers outside the roll-out."""
        return self.contents[0]
