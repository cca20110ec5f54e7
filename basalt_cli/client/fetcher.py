"""Find the answer to a question: in memory, at the source, and where that cannot be asked in the copies there are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock, get_ident
from time import monotonic
from typing import Any, NamedTuple, TypeAlias
from weakref import WeakMethod, finalize

from basalt_cli.client.compiled import COMPILER
from basalt_cli.client.content import Answer, content_of_mapping
from basalt_cli.client.copies import CacheProtocol, decode_answer, encode_answer
from basalt_cli.client.errors import BadRequestError, BasaltAPIError, NetworkError, NotFoundError, SourceError
from basalt_cli.client.memory import Entry, Memory, Question
from basalt_cli.client.outage import FallbackListener, Outages
from basalt_cli.client.prompt import Prompt, content_of
from basalt_cli.client.refresher import Refresher
from basalt_cli.client.sources.bundle import BundlePath, BundleSource
from basalt_cli.client.sources.source import Source
from basalt_cli.text.slug import describe_slug_problem

_LOGGER = logging.getLogger("basalt_cli")
DEFAULT_TAG = "production"
_LONGEST_SELECTOR = 500

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


class Found(NamedTuple):
    """An entry; ``live`` is the source's answer that it is of, None where it is of a copy."""

    entry: Entry
    live: Answer | None = None
    error: Exception | None = None


class Flight:
    """A question that is being asked: whoever wants the answer waits for ``future``, and ``thread`` sees to it."""

    def __init__(self) -> None:
        self.future: Future[Entry] = Future()
        self.thread: int | None = None
        # Nobody who stops waiting takes the answer away from the others.
        self.future.set_running_or_notify_cancel()


def _require_words(question: Question) -> None:
    """Raise BadRequestError for what can name no prompt, version or tag."""
    slug, *selectors = question
    problem = describe_slug_problem(slug) if isinstance(slug, str) else "it is no text"
    if problem is not None:
        raise BadRequestError(f"{slug!r} is not the slug of a prompt: {problem}")
    for text in filter(lambda found: found is not None, selectors):
        if not isinstance(text, str) or not text.isprintable() or len(text) > _LONGEST_SELECTOR:
            raise BadRequestError(f"{str(text)[:40]!r} can name no version or tag")


class Fetcher:
    """Answers by question; any number of threads and tasks may ask, and each question is asked once at a time."""

    def __init__(self, source: Source, terms: Terms) -> None:
        self.source = source
        self.memory = Memory(terms.most_entries)
        # The thread must not keep a client alive that nobody has any more.
        self.refresher = Refresher(WeakMethod(self._refresh), WeakMethod(self._keep_source_fresh))
        finalize(self, self.refresher.stop)
        self._terms = terms
        self._outages = Outages(source.name, terms.listener)
        self._lock = Lock()
        self._keeping = Lock()
        self._flights: dict[Question, Flight] = {}
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
        if now >= entry.usable_until or not self.refresher.submit(question):
            return None
        if entry.origin == "memory":
            entry.show_as("stale")
        return entry

    def load(self, question: Question) -> Entry:
        """Ask, or wait for whoever is asking just that; raise BasaltAPIError or NetworkError without an answer."""
        flight, is_leader = self.join(question)
        if is_leader:
            self.fly(question, flight)
        elif flight.thread == get_ident():
            raise NetworkError(f"{question[0]} is needed for its own fallback")
        return flight.future.result()

    def join(self, question: Question) -> tuple[Flight, bool]:
        """Return what will have the answer, and whether it is the caller who must see to that."""
        with self._lock:
            flight = self._flights.get(question)
            if flight is not None:
                return flight, False
            flight = self._flights[question] = Flight()
        return flight, True

    def fly(self, question: Question, flight: Flight) -> None:
        """Find the answer for all who wait for it, keep it, and tell the application where it is of a copy."""
        flight.thread = get_ident()
        try:
            found = self._find(question)
        except Exception as error:
            if isinstance(error, NotFoundError):
                self._forget(question, flight)
            self._land(question, flight)
            flight.future.set_exception(error)
            return
        except BaseException:
            # This thread is being ended, and those who wait are not.
            self._land(question, flight)
            flight.future.set_exception(NetworkError("the thread that was asking was ended"))
            raise
        self._keep(question, flight, found)
        self._land(question, flight)
        flight.future.set_result(found.entry)
        if found.error is not None:
            # Last of all: whoever listens may well ask for the same prompt.
            self._outages.tell(question[0], found.entry.origin, found.error)

    def invalidate(self, slug: str | None) -> None:
        """Forget what is known of a prompt, or of all; what is being asked just now is not kept either."""
        with self._keeping:
            with self._lock:
                for question in [known for known in self._flights if slug is None or known[0] == slug]:
                    del self._flights[question]
            self.memory.forget(slug)

    def reset_after_fork(self) -> None:
        """Start over where threads of the parent may have been at work."""
        self._lock = Lock()
        self._keeping = Lock()
        self._flights = {}
        for part in (self.memory, self.refresher, self._outages, self.source):
            part.reset_after_fork()

    def _is_wanted(self, question: Question, flight: Flight) -> bool:
        """Say whether an answer may be kept: nobody has invalidated the prompt since it was asked for."""
        with self._lock:
            return self._flights.get(question) is flight

    def _keep(self, question: Question, flight: Flight, found: Found) -> None:
        with self._keeping:
            if not self._is_wanted(question, flight):
                return
            self.memory.keep(question, found.entry)
            if found.live is not None:
                self._write_copy(question, encode_answer(found.live))

    def _forget(self, question: Question, flight: Flight) -> None:
        """Let no copy come back of what the source says is not there."""
        with self._keeping:
            if self._is_wanted(question, flight):
                self.memory.drop(question)
                if self._read_copy(question) is not None:
                    self._write_copy(question, "")

    def _land(self, question: Question, flight: Flight) -> None:
        with self._lock:
            if self._flights.get(question) is flight:
                del self._flights[question]

    def _find(self, question: Question) -> Found:
        slug, version, tag = question
        _require_words(question)
        try:
            answer = self.source.ask(slug, version or tag or DEFAULT_TAG)
            entry = self._to_entry(question, answer, "disk" if answer.is_copy else self.source.origin)
        except NetworkError as error:
            return self._fall_back(question, error)
        if answer.error is not None:
            self._set_times(entry, self._outages.note_failure(answer.error))
            return Found(entry, None, answer.error)
        self._outages.note_success(slug)
        if not answer.is_immutable:
            self._set_times(entry, self._terms.ttl_seconds, 2 * self._terms.ttl_seconds)
        return Found(entry, answer)

    def _fall_back(self, question: Question, error: NetworkError) -> Found:
        """Return the next best there is: from memory, from disk, from what the application gave for this."""
        wait_seconds = self._outages.note_failure(error)
        entry = self.memory.entries.get(question)
        if entry is not None:
            entry.show_as("stale" if entry.origin == "memory" else entry.origin, error)
        else:
            entry = self._find_on_disk(question, error) or self._find_fallback(question, error)
        if entry is None:
            raise error
        self._set_times(entry, wait_seconds)
        return Found(entry, None, error)

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
        try:
            if callable(self._fallback):
                found, origin = self._call_fallback(self._fallback, question), "fallback"
            else:
                found, origin = self._fallback.ask(slug, version or tag or DEFAULT_TAG), "bundle"
            entry = self._to_entry(question, found, origin) if found is not None else None
        except (BasaltAPIError, NetworkError) as missing:
            raise NetworkError(error.message, hint=f"And the fallback: {missing.message}.") from error
        except Exception as failure:
            _LOGGER.exception("the fallback for %s failed", slug)
            raise NetworkError(error.message, hint=f"And the fallback failed: {failure!r}.") from error
        if entry is not None:
            entry.show_as(origin, error)
        return entry

    def _call_fallback(self, function: FallbackFunction, question: Question) -> Answer | None:
        given = function(*question)
        if given is None:
            return None
        if isinstance(given, Prompt):
            return Answer(content_of(given))
        return Answer(content_of_mapping(question[0], "fallback", given))

    def _to_entry(self, question: Question, answer: Answer, origin: str) -> Entry:
        compiled = tuple(COMPILER.compile(content) for content in answer.contents)
        return Entry(question, answer, compiled, origin)

    def _set_times(self, entry: Entry, fresh_seconds: float, usable_seconds: float = float("inf")) -> None:
        now = monotonic()
        # During an outage nobody waits for a source that does not answer: the background asks it.
        entry.usable_until = now + usable_seconds
        entry.fresh_until = now + fresh_seconds

    def _refresh(self, question: Question) -> None:
        """Ask again for an entry that is still stale; refused for another reason than NotFoundError, it stays."""
        entry = self.memory.entries.get(question)
        if entry is None or monotonic() < entry.fresh_until:
            # It was forgotten, or asked anew, since the call that submitted it.
            return
        try:
            self.load(question)
        except BasaltAPIError as error:
            entry = self.memory.entries.get(question)
            if entry is None or isinstance(error, NotFoundError):
                return
            entry.show_as("stale", error)
            self._set_times(entry, self._outages.note_failure(error))

    def _keep_source_fresh(self) -> float | None:
        try:
            return self.source.keep_fresh()
        except (NetworkError, BasaltAPIError) as error:
            return self._outages.note_failure(error)

    def _read_copy(self, question: Question) -> Answer | None:
        if self._terms.copies is None:
            return None
        try:
            text = self._terms.copies.get((self.source.name, *question))
        except Exception:
            # Whatever a cache of the application's own raises, it is a copy less.
            _LOGGER.exception("the cache could not be read")
            return None
        return decode_answer(question[0], text)

    def _write_copy(self, question: Question, text: str) -> None:
        if self._terms.copies is None:
            return
        try:
            self._terms.copies.put((self.source.name, *question), text)
        except Exception:
            _LOGGER.exception("the cache could not be written")
