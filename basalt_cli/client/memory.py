"""The answers that this process remembers, ready to be copied into prompts."""

from __future__ import annotations

import math
from threading import Lock
from time import monotonic
from typing import Any, TypeAlias

from basalt_cli.client.compiled import Compiled
from basalt_cli.client.rollout import choose
from basalt_cli.delivery.answer import Answer

Question: TypeAlias = tuple[str, str | None, str | None]
"""Slug, version and tag, as the application gave them."""


class RememberedAnswer:
    """The answer to one question; ``attributes`` has those of the prompt for each version, the current one first.

    ``origin`` is the ``source`` of prompts that are handed out, ``first_origin`` that of prompts whose callers waited
    for the answer. The answer is fresh until ``fresh_until`` and usable until ``usable_until``, both times of the
    monotonic clock: in between it is stale. ``used`` is when it was last handed out.
    """

    __slots__ = (
        "_confirmed",
        "_environment",
        "_percents",
        "_slug",
        "attributes",
        "first_origin",
        "fresh_until",
        "origin",
        "usable_until",
        "used",
    )

    def __init__(self, question: Question, answer: Answer, versions: tuple[Compiled, ...], origin: str) -> None:
        slug, version, tag = question
        self._slug = slug
        self._environment = answer.environment or ""
        self._percents = answer.percents
        self._confirmed = monotonic() - answer.age_seconds
        self.fresh_until = self.usable_until = math.inf
        self.used = monotonic()
        self.first_origin = origin
        # Later callers get it from memory, unless it is only a copy of what the source would answer.
        self.origin = "memory" if answer.error is None and not answer.is_copy else origin
        shown_tag = None if version else tag or answer.environment
        variants = ("current", *("rollout" for _ in answer.percents)) if answer.percents else (None,)
        self.attributes = tuple(
            self._build_attributes(compiled, shown_tag, variant, answer.error)
            for compiled, variant in zip(versions, variants, strict=True)
        )

    def _build_attributes(
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

    def choose(self, key: str | None) -> dict[str, Any]:
        """Return the attributes of the version for a key; without a key, those of the current version."""
        if key is None or not self._percents:
            return self.attributes[0]
        return self.attributes[choose(self._percents, self._slug, self._environment, key)]

    def show_as(self, origin: str, error: Exception | None = None) -> None:
        """Set the ``source`` and ``error`` of the prompts that are handed out from now on."""
        self.origin = self.first_origin = origin
        for attributes in self.attributes:
            attributes["source"] = origin
            attributes["error"] = error


class Memory:
    """Remembered answers by question; above a number, the least recently used are forgotten.

    ``answers`` is always the same dict: the fast path of ``get_sync`` reads it without a lock.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self.answers: dict[Question, RememberedAnswer] = {}

    def keep(self, question: Question, answer: RememberedAnswer) -> None:
        """Remember the answer to a question."""
        with self._lock:
            self.answers[question] = answer
            while len(self.answers) > self._most:
                oldest = min(self.answers, key=lambda known: self.answers[known].used)
                del self.answers[oldest]

    def forget(self, slug: str | None) -> None:
        """Forget all answers about a prompt, or all answers for None."""
        with self._lock:
            for question in [question for question in self.answers if slug is None or question[0] == slug]:
                del self.answers[question]

    def drop(self, question: Question) -> None:
        """Forget the answer to one question."""
        with self._lock:
            self.answers.pop(question, None)

    def reset_after_fork(self) -> None:
        """Replace the lock, which a thread of the parent may have held."""
        self._lock = Lock()
