"""The prompts of a client: get, list, describe and publish, for tasks and for threads."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from threading import Thread
from time import monotonic
from typing import Any

from basalt_cli.client.fetcher import Fetcher
from basalt_cli.client.memory import Entry, Question
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
    """Fetch prompts by slug, at a tag (an environment, ``production`` by default) or a version, which wins over it."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._entries = fetcher.memory.entries

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
        """Return a prompt: with variables rendered, with None as its templates are.

        ``key`` (a user's id, say) picks the side of a gradual roll-out, the same one each time. Raises NotFoundError
        for what does not exist, BadRequestError for variables that do not fit, and NetworkError where the source cannot
        be asked and there is no copy.
        """
        # All that a call costs most of the time: nothing here may be slow.
        question = (slug, version, tag)
        entry = self._entries.get(question) if cache_enabled else None
        if entry is not None and (now := monotonic()) < entry.fresh_until:
            entry.used = now
        else:
            entry = self._fetcher.find_usable(question) if cache_enabled else None
            if entry is None:
                return _hand_out_first(self._fetcher.load(question), variables, key)
        prompt = _NEW(Prompt)
        prompt.__dict__.update((entry.variants[0] if key is None else entry.choose(key)).fields)
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
        """Return a prompt as ``get_sync`` does; other tasks go on while the source is asked."""
        question = (slug, version, tag)
        entry = self._fetcher.find_usable(question) if cache_enabled else None
        if entry is None:
            return _hand_out_first(await self._load(question), variables, key)
        prompt = _NEW(Prompt)
        prompt.__dict__.update(entry.choose(key).fields)
        return prompt if variables is None else prompt.compile_variables(variables)

    def list_sync(self, feature_slug: str | None = None) -> list[PromptListResponse]:
        """Return all prompts by slug, or those of one feature."""
        found = self._fetcher.source.list_prompts()
        return [
            to_list_response(overview)
            for overview in found
            if not feature_slug or (overview.prompt is not None and overview.prompt.feature == feature_slug)
        ]

    async def list(self, feature_slug: str | None = None) -> builtins.list[PromptListResponse]:
        """Return all prompts by slug, or those of one feature."""
        import asyncio

        return await asyncio.to_thread(self.list_sync, feature_slug)

    def describe_sync(self, slug: str, version: str | None = None, tag: str | None = None) -> DescribePromptResponse:
        """Return all about a prompt: its variables, versions and tags; without version and tag as the trunk has it."""
        return to_description(self._fetcher.source.describe(slug, version or tag))

    async def describe(self, slug: str, version: str | None = None, tag: str | None = None) -> DescribePromptResponse:
        """Return all about a prompt."""
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
        """Move the environment ``new_tag`` to a version, as ``basalt promote`` does: with its gates, all recorded.

        Whoever calls it has confirmed it, where the environment wants that. Raises ForbiddenError where a gate says no,
        and ConflictError where somebody else was faster.
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
        """Move the environment ``new_tag`` to a version, as ``publish_sync`` does."""
        import asyncio

        return await asyncio.to_thread(self._publish, slug, new_tag, version, tag, reason)

    def invalidate(self, slug: str | None = None) -> None:
        """Forget what is remembered of a prompt, or of all: the next ``get`` asks the source."""
        self._fetcher.invalidate(slug)

    def _publish(
        self, slug: str, new_tag: str, version: str | None, tag: str | None, reason: str | None
    ) -> PublishPromptResponse:
        return self.publish_sync(slug, new_tag, version, tag, reason=reason)

    async def _load(self, question: Question) -> Entry:
        """Wait for the answer without a thread of the loop's own pool: thousands may wait for one."""
        import asyncio

        flight, is_leader = self._fetcher.join(question)
        if is_leader:
            thread = Thread(target=self._fetcher.fly, args=(question, flight), name="basalt-fetch", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                # There are too many threads already; others wait for this answer, too.
                self._fetcher.fly(question, flight)
        return await asyncio.wrap_future(flight.future)


def _hand_out_first(entry: Entry, variables: Mapping[str, Any] | None, key: str | None) -> Prompt:
    """Return a prompt to whoever waited for it: it comes from where the entry came from, and not from memory."""
    prompt = _NEW(Prompt)
    prompt.__dict__.update(entry.choose(key).fields, source=entry.first_origin)
    return prompt if variables is None else prompt.compile_variables(variables)
