"""What this process remembers of prompts: the latest answer to each question, ready to be handed out."""

from __future__ import annotations

import math
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple, TypeAlias

from basalt_cli.client.compiled import Compiled
from basalt_cli.client.content import Answer
from basalt_cli.pointers.rollout import place_of

Question: TypeAlias = tuple[str, str | None, str | None]
"""Slug, version and tag, as somebody asked for them."""


class Variant(NamedTuple):
    """One side of what runs: for so many of 100 callers, and the attributes of the prompts that are handed out."""

    percent: int
    compiled: Compiled
    fields: dict[str, Any]


class Entry:
    """The answer to one question, as prompts that only have to be copied.

    ``origin`` is what they say of where they come from, ``first_origin`` what those do that somebody waited for. It is
    fresh until a time of the monotonic clock, and usable without asking first until a later one.
    """

    __slots__ = (
        "_confirmed",
        "_environment",
        "_slug",
        "first_origin",
        "fresh_until",
        "origin",
        "usable_until",
        "used",
        "variants",
    )

    def __init__(self, question: Question, answer: Answer, variants: tuple[Compiled, ...], origin: str) -> None:
        slug, version, tag = question
        self._slug = slug
        self._environment = answer.environment
        self._confirmed = monotonic() - answer.age_seconds
        self.fresh_until = self.usable_until = math.inf
        self.used = monotonic()
        self.first_origin = origin
        # Whoever comes later is served from memory, unless what is there was never more than a substitute.
        self.origin = "memory" if answer.error is None and not answer.is_copy else origin
        shown_tag = None if version else tag or answer.environment
        names = ("current", *("rollout" for _ in answer.rollout)) if answer.rollout else (None,)
        percents = (0, *(side.percent for side in answer.rollout))
        self.variants = tuple(
            Variant(percent, compiled, self._build_fields(compiled, shown_tag, name, answer.error))
            for percent, compiled, name in zip(percents, variants, names, strict=True)
        )

    def _build_fields(
        self, compiled: Compiled, tag: str | None, variant: str | None, error: Exception | None
    ) -> dict[str, Any]:
        raw = compiled.raw
        return {
            "slug": self._slug,
            "text": raw.task,
            "raw_text": raw.task,
            "model": compiled.model,
            "version": compiled.content.version,
            "system_text": raw.system,
            "raw_system_text": raw.system,
            "variables": None,
            "tag": tag,
            "digest": compiled.content.digest,
            "variant": variant,
            "source": self.origin,
            "error": error,
            "_content": compiled.content,
            "_compiled": compiled,
            "_confirmed": self._confirmed,
        }

    def choose(self, key: str | None) -> Variant:
        """Return the side that is for a key; without one it is the current side."""
        if key is not None and len(self.variants) > 1:
            place, end = place_of(self._slug, self._environment or "", key), 0
            for variant in self.variants[1:]:
                end += variant.percent
                if place < end:
                    return variant
        return self.variants[0]

    def show_as(self, origin: str, error: Exception | None = None) -> None:
        """Let prompts that are handed out from now on say where they come from, and why not from the source."""
        self.origin = self.first_origin = origin
        for variant in self.variants:
            variant.fields["source"] = origin
            variant.fields["error"] = error


class Memory:
    """Entries by question; the least recently used are forgotten above a number.

    ``entries`` stays the same object: who is in a hurry looks there without asking.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self.entries: dict[Question, Entry] = {}

    def keep(self, question: Question, entry: Entry) -> None:
        """Remember an entry."""
        with self._lock:
            self.entries[question] = entry
            while len(self.entries) > self._most:
                oldest = min(self.entries, key=lambda known: self.entries[known].used)
                del self.entries[oldest]

    def forget(self, slug: str | None) -> None:
        """Forget all answers about a prompt, or about all of them."""
        with self._lock:
            for question in [question for question in self.entries if slug is None or question[0] == slug]:
                del self.entries[question]

    def drop(self, question: Question) -> None:
        """Forget one answer."""
        with self._lock:
            self.entries.pop(question, None)

    def reset_after_fork(self) -> None:
        """Forget a lock that another thread of the parent may have held."""
        self._lock = Lock()
