"""Find the answer to a question: in memory, at the source, and if that cannot be reached, in a copy or the fallback."""

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
from basalt_cli.client.content import content_of_mapping
from basalt_cli.client.copies import CacheProtocol, decode_answer, encode_answer
from basalt_cli.client.errors import BadRequestError, BasaltAPIError, NetworkError, NotFoundError, SourceError
from basalt_cli.client.memory import Memory, Question, RememberedAnswer
from basalt_cli.client.outage import FallbackListener, Outages
from basalt_cli.client.prompt import Prompt, content_of
from basalt_cli.client.refresher import Refresher
from basalt_cli.client.sources.bundle import BundlePath, BundleSource
from basalt_cli.client.sources.source import PromptSource
from basalt_cli.delivery.answer import Answer
from basalt_cli.text.slug import describe_slug_problem

_LOGGER = logging.getLogger("basalt_cli")
DEFAULT_TAG = "production"
_LONGEST_SELECTOR = 500

FallbackFunction: TypeAlias = Callable[[str, str | None, str | None], "Prompt | Mapping[str, Any] | None"]
"""Called with slug, version and tag when nothing else is left; a mapping has the keys of a prompt's file."""


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How long and how many answers are remembered, where copies are kept, and what is used without an answer."""

    ttl_seconds: float
    most_answers: int
    copies: CacheProtocol | None
    fallback: BundlePath | FallbackFunction | None
    listener: FallbackListener | None


class FetchResult(NamedTuple):
    """The answer to hand out; ``live`` is the source's own answer, and None if a copy or the fallback was used."""

    answer: RememberedAnswer
    live: Answer | None = None
    error: Exception | None = None


class PendingFetch:
    """A question that is being asked, by the thread ``thread``; all callers with the question wait for ``future``."""

    def __init__(self) -> None:
        self.future: Future[RememberedAnswer] = Future()
        self.thread: int | None = None
        # A caller that is cancelled must not cancel the future of the others.
        self.future.set_running_or_notify_cancel()


def _check_question(question: Question) -> None:
    """Raise BadRequestError for a slug, version or tag that nothing can have."""
    slug, *selectors = question
    problem = describe_slug_problem(slug) if isinstance(slug, str) else "it is not a text"
    if problem is not None:
        raise BadRequestError(f"{slug!r} is not the slug of a prompt: {problem}")
    for text in filter(lambda found: found is not None, selectors):
        if not isinstance(text, str) or not text.isprintable() or len(text) > _LONGEST_SELECTOR:
            raise BadRequestError(f"{str(text)[:40]!r} is not a version or a tag")


class Fetcher:
    """Answers questions for any number of threads and tasks; each question is asked once at a time."""

    def __init__(self, source: PromptSource, settings: FetchSettings) -> None:
        self.source = source
        self.memory = Memory(settings.most_answers)
        # Weak references: the background thread must not keep an unused client alive.
        self.refresher = Refresher(WeakMethod(self._refresh), WeakMethod(self._keep_source_fresh))
        finalize(self, self.refresher.stop)
        self._settings = settings
        self._outages = Outages(source.name, settings.listener)
        self._lock = Lock()
        self._keeping = Lock()
        self._pending: dict[Question, PendingFetch] = {}
        fallback = settings.fallback
        self._fallback: PromptSource | FallbackFunction | None = (
            BundleSource(fallback) if fallback is not None and not callable(fallback) else fallback
        )

    def find_usable(self, question: Question) -> RememberedAnswer | None:
        """Return the remembered answer, or None if the caller must wait; a stale one is refreshed in the background."""
        answer = self.memory.answers.get(question)
        if answer is None:
            return None
        now = answer.used = monotonic()
        if now < answer.fresh_until:
            return answer
        if now >= answer.usable_until or not self.refresher.submit(question):
            return None
        if answer.origin == "memory":
            answer.show_as("stale")
        return answer

    def load(self, question: Question) -> RememberedAnswer:
        """Ask the question, or wait for the thread that asks it; raise BasaltAPIError or NetworkError."""
        pending, is_first = self.join(question)
        if is_first:
            self.ask(question, pending)
        elif pending.thread == get_ident():
            raise NetworkError(f"the fallback for {question[0]} asks for {question[0]} itself")
        return pending.future.result()

    def join(self, question: Question) -> tuple[PendingFetch, bool]:
        """Return the pending fetch of a question, and whether the caller has begun it and must call ``ask``."""
        with self._lock:
            pending = self._pending.get(question)
            if pending is not None:
                return pending, False
            pending = self._pending[question] = PendingFetch()
        return pending, True

    def ask(self, question: Question, pending: PendingFetch) -> None:
        """Find the answer, remember it, hand it to all callers that wait, and report a fallback to the listener."""
        pending.thread = get_ident()
        try:
            result = self._find(question)
        except Exception as error:
            if isinstance(error, NotFoundError):
                self._forget(question, pending)
            self._end(question, pending)
            pending.future.set_exception(error)
            return
        except BaseException:
            # SystemExit or KeyboardInterrupt ends this thread, not those that wait.
            self._end(question, pending)
            pending.future.set_exception(NetworkError("the thread that asked the source was ended"))
            raise
        self._keep(question, pending, result)
        self._end(question, pending)
        pending.future.set_result(result.answer)
        if result.error is not None:
            # After the result is set: the listener may ask for the same prompt.
            self._outages.report_fallback(question[0], result.answer.origin, result.error)

    def invalidate(self, slug: str | None) -> None:
        """Forget the answers about a prompt, or all; answers to pending questions are not remembered either."""
        with self._keeping:
            with self._lock:
                for question in [known for known in self._pending if slug is None or known[0] == slug]:
                    del self._pending[question]
            self.memory.forget(slug)

    def reset_after_fork(self) -> None:
        """Replace locks and pending fetches, whose threads the child does not have."""
        self._lock = Lock()
        self._keeping = Lock()
        self._pending = {}
        for part in (self.memory, self.refresher, self._outages, self.source):
            part.reset_after_fork()

    def _is_pending(self, question: Question, pending: PendingFetch) -> bool:
        """Return whether the answer may be remembered: the prompt was not invalidated since the question was asked."""
        with self._lock:
            return self._pending.get(question) is pending

    def _keep(self, question: Question, pending: PendingFetch, result: FetchResult) -> None:
        with self._keeping:
            if not self._is_pending(question, pending):
                return
            self.memory.keep(question, result.answer)
            if result.live is not None:
                self._write_copy(question, encode_answer(result.live))

    def _forget(self, question: Question, pending: PendingFetch) -> None:
        """Forget the answer, and empty the copy on disk: the source says that the prompt does not exist."""
        with self._keeping:
            if self._is_pending(question, pending):
                self.memory.drop(question)
                if self._read_copy(question) is not None:
                    self._write_copy(question, "")

    def _end(self, question: Question, pending: PendingFetch) -> None:
        with self._lock:
            if self._pending.get(question) is pending:
                del self._pending[question]

    def _find(self, question: Question) -> FetchResult:
        slug, version, tag = question
        _check_question(question)
        try:
            answer = self.source.ask(slug, version or tag or DEFAULT_TAG)
            found = self._to_remembered(question, answer, "disk" if answer.is_copy else self.source.origin)
        except NetworkError as error:
            return self._fall_back(question, error)
        if answer.error is not None:
            self._set_times(found, self._outages.note_failure(answer.error))
            return FetchResult(found, None, answer.error)
        self._outages.note_success(slug)
        if not answer.is_immutable:
            self._set_times(found, self._settings.ttl_seconds, 2 * self._settings.ttl_seconds)
        return FetchResult(found, answer)

    def _fall_back(self, question: Question, error: NetworkError) -> FetchResult:
        """Return the answer from memory, else from the copy on disk, else from the application's fallback."""
        wait_seconds = self._outages.note_failure(error)
        found = self.memory.answers.get(question)
        if found is not None:
            found.show_as("stale" if found.origin == "memory" else found.origin, error)
        else:
            found = self._find_on_disk(question, error) or self._find_fallback(question, error)
        if found is None:
            raise error
        self._set_times(found, wait_seconds)
        return FetchResult(found, None, error)

    def _find_on_disk(self, question: Question, error: NetworkError) -> RememberedAnswer | None:
        answer = self._read_copy(question)
        try:
            found = self._to_remembered(question, answer, "disk") if answer is not None else None
        except SourceError:
            return None
        if found is not None:
            found.show_as("disk", error)
        return found

    def _find_fallback(self, question: Question, error: NetworkError) -> RememberedAnswer | None:
        slug, version, tag = question
        if self._fallback is None:
            return None
        try:
            if callable(self._fallback):
                answer, origin = self._call_fallback(self._fallback, question), "fallback"
            else:
                answer, origin = self._fallback.ask(slug, version or tag or DEFAULT_TAG), "bundle"
            found = self._to_remembered(question, answer, origin) if answer is not None else None
        except (BasaltAPIError, NetworkError) as missing:
            raise NetworkError(error.message, hint=f"The fallback: {missing.message}.") from error
        except Exception as failure:
            _LOGGER.exception("the fallback for %s failed", slug)
            raise NetworkError(error.message, hint=f"The fallback failed: {failure!r}.") from error
        if found is not None:
            found.show_as(origin, error)
        return found

    def _call_fallback(self, function: FallbackFunction, question: Question) -> Answer | None:
        given = function(*question)
        if given is None:
            return None
        if isinstance(given, Prompt):
            return Answer((content_of(given),))
        return Answer((content_of_mapping(question[0], "fallback", given),))

    def _to_remembered(self, question: Question, answer: Answer, origin: str) -> RememberedAnswer:
        versions = tuple(COMPILER.compile(content) for content in answer.contents)
        return RememberedAnswer(question, answer, versions, origin)

    def _set_times(self, answer: RememberedAnswer, fresh_seconds: float, usable_seconds: float = float("inf")) -> None:
        now = monotonic()
        # During an outage ``usable_seconds`` has no end: callers do not wait for a source that the background asks.
        answer.usable_until = now + usable_seconds
        answer.fresh_until = now + fresh_seconds

    def _refresh(self, question: Question) -> None:
        """Ask a question again if its answer is still stale; an error other than NotFoundError keeps the old answer."""
        answer = self.memory.answers.get(question)
        if answer is None or monotonic() < answer.fresh_until:
            # It was forgotten, or asked again, after the call that submitted it.
            return
        try:
            self.load(question)
        except BasaltAPIError as error:
            answer = self.memory.answers.get(question)
            if answer is None or isinstance(error, NotFoundError):
                return
            answer.show_as("stale", error)
            self._set_times(answer, self._outages.note_failure(error))

    def _keep_source_fresh(self) -> float | None:
        try:
            return self.source.keep_fresh()
        except (NetworkError, BasaltAPIError) as error:
            return self._outages.note_failure(error)

    def _read_copy(self, question: Question) -> Answer | None:
        if self._settings.copies is None:
            return None
        try:
            text = self._settings.copies.get((self.source.name, *question))
        except Exception:
            # A cache of the application's own may raise anything.
            _LOGGER.exception("the cache could not be read")
            return None
        return decode_answer(question[0], text)

    def _write_copy(self, question: Question, text: str) -> None:
        if self._settings.copies is None:
            return
        try:
            self._settings.copies.put((self.source.name, *question), text)
        except Exception:
            _LOGGER.exception("the cache could not be written")
