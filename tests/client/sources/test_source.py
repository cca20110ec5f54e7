"""The protocol of sources: each kind gives the same answers."""

from __future__ import annotations

import asyncio

import pytest
from basalt_cli import (
    BadRequestError,
    Basalt,
    ForbiddenError,
    NotFoundError,
    PublishPromptResponse,
)
from basalt_cli.client.sources.source import PromptSource

from tests.support import Repo


def test_a_prompt_is_fetched_as_production_runs_it(any_client: Basalt, kind: str, shop: Repo) -> None:
    prompt = any_client.prompts.get_sync("greeting", variables={"name": "Ada"})
    assert (prompt.text, prompt.system_text, prompt.tag) == ("Hello Ada", "Be kind. Be warm.", "production")
    assert prompt.version == shop.git("rev-parse", "greeting@v1.0.0^{commit}")
    assert prompt.raw_text == "Hello {{ name }}"
    assert prompt.raw_system_text == "Be kind. Be {{ tone }}."
    assert prompt.source == ("bundle" if kind == "bundle" else "live")
    assert any_client.prompts.get_sync("greeting").source == "memory"
    assert prompt.error is None


def test_a_tag_and_a_version_are_followed_and_the_version_wins(any_client: Basalt, shop: Repo) -> None:
    prompts = any_client.prompts
    staged = prompts.get_sync("greeting", tag="staging")
    assert (staged.raw_text, staged.tag) == ("Hi {{ name }}", "staging")
    for version in ("1.0.0", "v1.0.0", shop.git("rev-parse", "greeting@v1.0.0^{commit}")):
        old = prompts.get_sync("greeting", version, "staging")
        assert (old.raw_text, old.tag) == ("Hello {{ name }}", None)


def test_an_error_for_a_missing_prompt_lists_what_exists(any_client: Basalt) -> None:
    prompts = any_client.prompts
    with pytest.raises(NotFoundError, match=r"'?greting'?.* production.*'greeting'") as caught:
        prompts.get_sync("greting")
    assert caught.value.status_code == 404
    with pytest.raises(NotFoundError, match="stagging"):
        prompts.get_sync("greeting", tag="stagging")
    with pytest.raises(NotFoundError, match=r"9\.9\.9"):
        prompts.get_sync("greeting", "9.9.9")
    with pytest.raises(BadRequestError, match="slug"):
        prompts.get_sync("../greeting")


def test_prompts_are_listed_and_described(any_client: Basalt) -> None:
    listed = any_client.prompts.list_sync()
    assert [found.slug for found in listed] == ["greeting", "plain", "support/reply"]
    assert {found.slug: found.status for found in listed}["plain"] == "live"
    assert [found.slug for found in any_client.prompts.list_sync("welcome")] == ["greeting"]
    greeting = listed[0]
    assert (greeting.name, greeting.description) == ("Greeting", "Greets somebody.")
    assert "1.0.0" in greeting.available_versions
    assert sorted(greeting.available_tags) == ["production", "staging"]
    told = any_client.prompts.describe_sync("greeting", tag="production")
    assert told.variables[0] == {
        "name": "name", "type": "string", "description": "Who is greeted", "required": "true",
    }  # fmt: skip
    assert len(told.available_versions) == 2
    assert "1.0.0" in told.available_versions
    with pytest.raises(NotFoundError, match="greting"):
        any_client.prompts.describe_sync("greting")


def test_each_method_can_be_awaited(any_client: Basalt) -> None:
    async def fetch() -> tuple[str, int, str]:
        prompts = any_client.prompts
        prompt = await prompts.get("greeting", variables={"name": "Ada"})
        return prompt.text, len(await prompts.list()), (await prompts.describe("greeting")).slug

    assert asyncio.run(fetch()) == ("Hello Ada", 3, "greeting")


def test_a_promotion_is_seen_by_the_next_question(any_client: Basalt, kind: str) -> None:
    prompts = any_client.prompts
    assert prompts.get_sync("greeting").raw_text == "Hello {{ name }}"
    if kind == "bundle":
        with pytest.raises(ForbiddenError, match="cannot be changed"):
            prompts.publish_sync("greeting", "production")
        return
    done = prompts.publish_sync("greeting", "production", tag="staging", reason="It is good")
    assert done == PublishPromptResponse(done.id, "production")
    assert len(done.id) == 40
    assert prompts.get_sync("greeting").raw_text == "Hi {{ name }}"
    assert prompts.publish_sync("greeting", "production", tag="staging").id == ""


def test_every_source_has_the_protocol(any_client: Basalt) -> None:
    assert isinstance(any_client._fetcher.source, PromptSource)
