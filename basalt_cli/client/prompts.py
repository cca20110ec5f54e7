"""The prompts of a client: get, list, describe and publish, each as a plain function and as a coroutine."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from threading import Thread
from time import monotonic
from typing import Any

from basalt_cli.client.fetcher import Fetcher
from basalt_cli.client.memory import Question, RememberedAnswer
from basalt_cli.client.prompt import Prompt
from basalt_cli.client.responses import (
    DescribePromptResponse,
    PromptListResponse,
    PublishPromptResponse,
    to_description,
    to_list_response,
)

_NEW = object.__new__


class PromptsClient:
    """Fetches prompts by slug, at a version or a tag; a version wins, and the default tag is ``production``."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._answers = fetcher.memory.answers

    def get_sync(
        self,
        slug: str,
        version: str | None = None,
        tag: str | None = None,
        variables: Mapping[str, Any] | None = None,
        cache_enabled: bool = True,
        *,
        key: str | None = None,
    ) -> Prompt:
        """Return a prompt, rendered with ``variables``; with None, its texts are the templates themselves.

        ``key``, such as a user's id, chooses the version of a gradual roll-out: the same key always gets the same one.
        Raises NotFoundError for a prompt, version or tag that does not exist, BadRequestError for variables that do not
        fit, and NetworkError if the source cannot be reached and there is no copy.
        """
        # The fast path of most calls: a fresh answer costs one look-up and one copy of a dict.
        question = (slug, version, tag)
        answer = self._answers.get(question) if cache_enabled else None
        if answer is not None and (now := monotonic()) < answer.fresh_until:
            answer.used = now
        else:
            answer = self._fetcher.find_usable(question) if cache_enabled else None
            if answer is None:
                return _hand_out_first(self._fetcher.load(question), variables, key)
        prompt = _NEW(Prompt)
        prompt.__dict__.update(answer.attributes[0] if key is None else answer.choose(key))
        return prompt if variables is None else prompt.compile_variables(variables)

    async def get(
        self,
        slug: str,
        version: str | None = None,
        tag: str | None = None,
        variables: Mapping[str, Any] | None = None,
        cache_enabled: bool = True,
        *,
        key: str | None = None,
    ) -> Prompt:
        """Return a prompt as ``get_sync`` does, without blocking the event loop."""
        question = (slug, version, tag)
        answer = self._fetcher.find_usable(question) if cache_enabled else None
        if answer is None:
            return _hand_out_first(await self._load(question), variables, key)
        return _hand_out(answer.choose(key), variables)

    def list_sync(self, feature_slug: str | None = None) -> list[PromptListResponse]:
        """Return all prompts by slug, or those of one feature."""
        found = self._fetcher.source.list_prompts()
        return [
            to_list_response(overview)
            for overview in found
            if not feature_slug or (overview.prompt is not None and overview.prompt.feature == feature_slug)
        ]

    async def list(self, feature_slug: str | None = None) -> builtins.list[PromptListResponse]:
        """Return the prompts as ``list_sync`` does, without blocking the event loop."""
        import asyncio

        return await asyncio.to_thread(self.list_sync, feature_slug)

    def describe_sync(self, slug: str, version: str | None = None, tag: str | None = None) -> DescribePromptResponse:
        """Return the variables, versions and tags of a prompt; without version and tag, as it is on the trunk."""
        return to_description(self._fetcher.source.describe(slug, version or tag))

    async def describe(self, slug: str, version: str | None = None, tag: str | None = None) -> DescribePromptResponse:
        """Describe a prompt as ``describe_sync`` does, without blocking the event loop."""
        import asyncio

        return await asyncio.to_thread(self.describe_sync, slug, version, tag)

    def publish_sync(
        self,
        slug: str,
        new_tag: str,
        version: str | None = None,
        tag: str | None = None,
        *,
        reason: str | None = None,
    ) -> PublishPromptResponse:
        """Move the environment ``new_tag`` to a version, as ``basalt promote`` does, with its gates and its record.

        The call is the confirmation that an environment with ``confirm: true`` needs. Raises ForbiddenError if a gate
        fails, and ConflictError if another promotion moved the pointer first.
        """
        try:
            return self._fetcher.source.publish(slug, new_tag, version or tag, reason)
        finally:
            self._fetcher.invalidate(slug)

    async def publish(
        self,
        slug: str,
        new_tag: str,
        version: str | None = None,
        tag: str | None = None,
        *,
        reason: str | None = None,
    ) -> PublishPromptResponse:
        """Move the environment ``new_tag`` as ``publish_sync`` does, without blocking the event loop."""
        import asyncio

        return await asyncio.to_thread(self.publish_sync, slug, new_tag, version, tag, reason=reason)

    def invalidate(self, slug: str | None = None) -> None:
        """Forget what is remembered of a prompt, or of all: the next ``get`` asks the source."""
        self._fetcher.invalidate(slug)

    async def _load(self, question: Question) -> RememberedAnswer:
        """Wait for the answer without a thread of the event loop's pool: thousands of tasks may wait for one."""
        import asyncio

        pending, is_first = self._fetcher.join(question)
        if is_first:
            thread = Thread(target=self._fetcher.ask, args=(question, pending), name="basalt-fetch", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                # The process has too many threads. Other tasks wait for this answer, too, so it is found here.
                self._fetcher.ask(question, pending)
        return await asyncio.wrap_future(pending.future)


def _hand_out(attributes: Mapping[str, Any], variables: Mapping[str, Any] | None) -> Prompt:
    prompt = _NEW(Prompt)
    prompt.__dict__.update(attributes)
    return prompt if variables is None else prompt.compile_variables(variables)


def _hand_out_first(answer: RememberedAnswer, variables: Mapping[str, Any] | None, key: str | None) -> Prompt:
    """Return a prompt for a caller that waited: its ``source`` is where the answer was found, not memory."""
    return _hand_out({**answer.choose(key), "source": answer.first_origin}, variables)
