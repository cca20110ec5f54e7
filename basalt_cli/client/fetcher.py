"""Find the answer to a question: in memory, at the source, and where that cannot be asked in the copies there are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any, TypeAlias

from basalt_cli.client.compiled import COMPILER
from basalt_cli.client.content import Answer, content_of_mapping
from basalt_cli.client.copies import CacheProtocol, decode_answer, encode_answer
from basalt_cli.client.errors import BadRequestError, BasaltAPIError, NetworkError, SourceError
from basalt_cli.client.memory import Entry, Memory, Question
from basalt_cli.client.outage import FallbackListener, Outages
from basalt_cli.client.prompt import Prompt, content_of
from basalt_cli.client.refresher import Refresher
from basalt_cli.client.sources.bundle import BundlePath, BundleSource
from basalt_cli.client.sources.source import Source
from basalt_cli.pure.slug import describe_slug_problem

_LOGGER = logging.getLogger("basalt_cli")
DEFAULT_TAG = "production"

FallbackFunction: TypeAlias = Callable[[str, str | None, str | None], "Prompt | Mapping[str, Any] | None"]
"""Called with slug, version and tag, and only where nothing else is left; a mapping is what a prompt's file holds."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How answers are kept, and what is used where there are none."""

    ttl_seconds: float
    most_entries: int
    copies: CacheProtocol | None
    fallback: BundlePath | FallbackFunction | None
    listener: FallbackListener | None


class Fetcher:
    """Answers by question; any number of threads and tasks may ask, and each question is asked once at a time."""

    def __init__(self, source: Source, terms: Terms) -> None:
        self.source = source
        self.memory = Memory(terms.most_entries)
        self.refresher = Refresher(self._refresh, self._keep_source_fresh)
        self._terms = terms
        self._outages = Outages(source.name, terms.listener)
        self._lock = Lock()
        self._flights: dict[Question, Future[Entry]] = {}
        fallback = terms.fallback
        self._fallback: Source | FallbackFunction | None = (
            BundleSource(fallback) if fallback is not None and not callable(fallback) else fallback
        )

    def find_usable(self, question: Question) -> Entry | None:
        """Return what can be handed out without waiting; what is overdue is asked again in the background."""
        entry = self.memory.entries.get(question)
        if entry is None:
            return None
        now = entry.used = monotonic()
        if now < entry.fresh_until:
            return entry
        if now >= entry.usable_until:
            return None
        if entry.source == "memory":
            entry.show_as("stale")
        self.refresher.submit(question)
        return entry

    def load(self, question: Question) -> Entry:
        """Ask, or wait for whoever is asking just that; raise BasaltAPIError or NetworkError without an answer."""
        flight, is_leader = self.join(question)
        if is_leader:
            self.fly(question, flight)
        return flight.result()

    def join(self, question: Question) -> tuple[Future[Entry], bool]:
        """Return what will have the answer, and whether it is the caller who must see to that."""
        with self._lock:
            flight = self._flights.get(question)
            if flight is not None:
                return flight, False
            flight = self._flights[question] = Future()
        # Nobody who stops waiting takes the answer away from the others.
        flight.set_running_or_notify_cancel()
        return flight, True

    def fly(self, question: Question, flight: Future[Entry]) -> None:
        """Find the answer for all who wait for it."""
        try:
            entry = self._find(question, lambda: self._flights.get(question) is flight)
        except Exception as error:
            self._land(question, flight)
            flight.set_exception(error)
        except BaseException:
            # This thread is being ended, and those who wait are not.
            self._land(question, flight)
            flight.set_exception(NetworkError("the thread that was asking was ended"))
            raise
        else:
            self._land(question, flight)
            flight.set_result(entry)

    def invalidate(self, slug: str | None) -> None:
        """Forget what is known of a prompt, or of all; what is being asked just now is not kept either."""
        self.memory.forget(slug)
        with self._lock:
            for question in [known for known in self._flights if slug is None or known[0] == slug]:
                del self._flights[question]

    def reset_after_fork(self) -> None:
        """Start over where threads of the parent may have been at work."""
        self._lock = Lock()
        self._flights = {}
        for part in (self.memory, self.refresher, self._outages, self.source):
            part.reset_after_fork()

    def _land(self, question: Question, flight: Future[Entry]) -> None:
        with self._lock:
            if self._flights.get(question) is flight:
                del self._flights[question]

    def _find(self, question: Question, is_wanted: Callable[[], bool]) -> Entry:
        slug, version, tag = question
        problem = describe_slug_problem(slug)
        if problem is not None:
            raise BadRequestError(f"{slug!r} is not the slug of a prompt: {problem}")
        kept = self._find_immutable(question) if version is not None else None
        entry = kept or self._ask(question, version or tag or DEFAULT_TAG)
        if is_wanted():
            self.memory.keep(question, entry)
        return entry

    def _find_immutable(self, question: Question) -> Entry | None:
        """Return the copy of what is the same for ever: nobody needs to be asked."""
        answer = self._read_copy(question)
        if answer is None or not answer.is_immutable:
            return None
        try:
            return self._to_entry(question, answer, "disk")
        except SourceError:
            return None

    def _ask(self, question: Question, selector: str) -> Entry:
        try:
            answer = self.source.ask(question[0], selector)
            if answer.error is not None:
                return self._use_own_copy(question, answer, answer.error)
            entry = self._to_entry(question, answer, self.source.origin)
        except NetworkError as error:
            return self._fall_back(question, error)
        self._outages.note_success(question[0])
        self._keep_copy(question, answer)
        if not answer.is_immutable:
            self._set_times(entry, self._terms.ttl_seconds, 2 * self._terms.ttl_seconds)
        return entry

    def _use_own_copy(self, question: Question, answer: Answer, error: Exception) -> Entry:
        """Take what the source could still say, though it is out of touch itself."""
        wait_seconds = self._outages.note_failure(error)
        self._outages.tell(question[0], "disk", error)
        entry = self._to_entry(question, answer, "disk")
        self._set_times(entry, wait_seconds)
        return entry

    def _fall_back(self, question: Question, error: NetworkError) -> Entry:
        """Return the next best there is: from memory, from disk, from what the application gave for this."""
        wait_seconds = self._outages.note_failure(error)
        entry = self.memory.entries.get(question)
        if entry is not None:
            entry.show_as("stale" if entry.source == "memory" else entry.source, error)
        else:
            entry = self._find_on_disk(question, error) or self._find_fallback(question, error)
        if entry is None:
            raise error
        self._outages.tell(question[0], entry.source, error)
        self._set_times(entry, wait_seconds)
        return entry

    def _find_on_disk(self, question: Question, error: NetworkError) -> Entry | None:
        answer = self._read_copy(question)
        try:
            entry = self._to_entry(question, answer, "disk") if answer is not None else None
        except SourceError:
            return None
        if entry is not None:
            entry.show_as("disk", error)
        return entry

    def _find_fallback(self, question: Question, error: NetworkError) -> Entry | None:
        slug, version, tag = question
        if self._fallback is None:
            return None
        if callable(self._fallback):
            found, origin = self._call_fallback(self._fallback, question), "fallback"
        else:
            try:
                found, origin = self._fallback.ask(slug, version or tag or DEFAULT_TAG), "bundle"
            except BasaltAPIError as missing:
                raise NetworkError(error.message, hint=f"And {missing.message}.") from error
        if found is None:
            return None
        entry = self._to_entry(question, found, origin)
        entry.show_as(origin, error)
        return entry

    def _call_fallback(self, function: FallbackFunction, question: Question) -> Answer | None:
        given = function(*question)
        if given is None:
            return None
        if isinstance(given, Prompt):
            return Answer(content_of(given))
        return Answer(content_of_mapping(question[0], "fallback", given))

    def _to_entry(self, question: Question, answer: Answer, source: str) -> Entry:
        compiled = tuple(COMPILER.compile(content) for content in answer.contents)
        return Entry(question, answer, compiled, source)

    def _set_times(self, entry: Entry, fresh_seconds: float, usable_seconds: float = float("inf")) -> None:
        now = monotonic()
        # During an outage nobody waits for a source that does not answer: the background asks it.
        entry.usable_until = now + usable_seconds
        entry.fresh_until = now + fresh_seconds

    def _refresh(self, question: Question) -> None:
        """Ask again in the background; a prompt that is not there any more is forgotten."""
        try:
            self.load(question)
        except BasaltAPIError:
            self.memory.drop(question)

    def _keep_source_fresh(self) -> float | None:
        try:
            return self.source.keep_fresh()
        except NetworkError as error:
            return self._outages.note_failure(error)

    def _read_copy(self, question: Question) -> Answer | None:
        if self._terms.copies is None:
            return None
        try:
            return decode_answer(question[0], self._terms.copies.get((self.source.name, *question)))
        except Exception:  # whatever a cache of the user's raises, it is a copy less
            _LOGGER.exception("the cache failed")
            return None

    def _keep_copy(self, question: Question, answer: Answer) -> None:
        if self._terms.copies is None:
            return
        try:
            self._terms.copies.put((self.source.name, *question), encode_answer(answer))
        except Exception:
            _LOGGER.exception("the cache failed")
