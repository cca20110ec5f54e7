"""What the SDK keeps of a prompt: where a tag or version leads, and the files that stand there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from basalt_cli.format.prompt.closure import Closure
from basalt_cli.format.template import GLOBAL_NAMES, analyse
from basalt_cli.text.slug import path_of


@dataclass(frozen=True, slots=True)
class Content:
    """One version of one prompt, with the files that shape it; ``version`` is the commit, 40 hex digits."""

    slug: str
    version: str
    closure: Closure

    @property
    def digest(self) -> str:
        """Return the digest of the closure."""
        return self.closure.digest


@dataclass(frozen=True, slots=True)
class Side:
    """One of the versions that a pointer leads to, for so many of 100 callers."""

    content: Content
    percent: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source says that a slug means at a tag or version.

    ``current`` runs for all whom no side of ``rollout`` is for. ``environment`` is set where a pointer was followed,
    ``is_immutable`` where the same question always has this answer. ``age_seconds`` is how long ago the source is known
    to have said so; ``is_copy`` and ``error`` are set by one that could only answer from a copy of its own.
    """

    current: Content
    rollout: tuple[Side, ...] = ()
    environment: str | None = None
    is_immutable: bool = False
    age_seconds: float = 0
    is_copy: bool = False
    error: Exception | None = field(default=None, compare=False)

    @property
    def contents(self) -> tuple[Content, ...]:
        """Return the versions that the answer leads to."""
        return (self.current, *(side.content for side in self.rollout))


def content_of_mapping(slug: str, version: str, file: Mapping[str, Any]) -> Content:
    """Return a prompt that has no file, from the mapping that its file would hold; partials there are none."""
    # JSON is YAML, and says the same to our strict reader.
    data = json.dumps(file, ensure_ascii=False).encode(errors="surrogatepass")
    return Content(slug, version, Closure(path_of(slug), ((path_of(slug), data),)))


def content_of_texts(slug: str, version: str, system: str | None, task: str, settings: Mapping[str, Any]) -> Content:
    """Return a prompt that has no file, from its texts; whatever names they need are variables of any type.

    ``settings`` are the other keys that a prompt's file has.
    """
    texts = {name: text for name, text in (("system", system), ("prompt", task)) if text}
    uses = [use.name for text in texts.values() for use in analyse(text).uses if use.name not in GLOBAL_NAMES]
    variables = {name: {"type": "any", "optional": True} for name in dict.fromkeys(uses)}
    # Texts are as they are, also in how they end.
    body = {"variables": variables, "template": {"keep_trailing_newline": True}, **(texts or {"prompt": " "})}
    return content_of_mapping(slug, version, {**settings, **body})
