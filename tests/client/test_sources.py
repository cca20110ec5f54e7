"""What every source of prompts does, whichever it is."""

from __future__ import annotations

import asyncio
import importlib.resources
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from basalt_cli import (
    BadRequestError,
    Basalt,
    BasaltWarning,
    ForbiddenError,
    NotFoundError,
    PublishPromptResponse,
    SourceError,
)
from basalt_cli.client.sources.source import PromptSource

from tests.client.shop import GREETING, gone, run
from tests.support import Repo

KINDS = ("working", "bare", "url", "bundle")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def source(kind: str, shop: Repo, tmp_path: Path) -> Path | str:
    bare = tmp_path / "shop.git"
    if kind in ("bare", "url"):
        shop.git("clone", "--quiet", "--bare", str(shop.path), str(bare))
    if kind == "bundle":
        run(shop, "bundle", "--env", "production", "--env", "staging", "-o", str(tmp_path / "b.json"))
    found: dict[str, Path | str] = {"working": shop.path, "bare": bare, "url": f"file://{bare}"}
    return found.get(kind, tmp_path / "b.json")


@pytest.fixture
def any_client(source: Path | str) -> Iterator[Basalt]:
    with Basalt(source) as made:
        yield made


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


def test_what_is_not_there_is_said_with_what_there_is(any_client: Basalt) -> None:
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


def test_all_of_it_can_be_awaited(any_client: Basalt) -> None:
    async def fetch() -> tuple[str, int, str]:
        prompts = any_client.prompts
        prompt = await prompts.get("greeting", variables={"name": "Ada"})
        return prompt.text, len(await prompts.list()), (await prompts.describe("greeting")).slug

    assert asyncio.run(fetch()) == ("Hello Ada", 3, "greeting")


def test_a_promotion_is_seen_by_who_asks_anew(any_client: Basalt, kind: str) -> None:
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


def test_every_source_is_one(any_client: Basalt) -> None:
    assert isinstance(any_client._fetcher.source, PromptSource)


def test_a_gate_that_says_no_is_forbidden(any_client: Basalt, kind: str, shop: Repo, tmp_path: Path) -> None:
    if kind == "bundle":
        return
    shop.commit("Break", {"prompts/greeting.yaml": GREETING.replace("{{ name }}", "{{ nam }}")})
    if kind != "working":
        shop.git("push", "--quiet", str(tmp_path / "shop.git"), "main")
    with pytest.raises(ForbiddenError, match="lint") as caught:
        any_client.prompts.publish_sync("greeting", "production", version="latest")
    assert caught.value.status_code == 403
    with pytest.raises(NotFoundError, match="prodction"):
        any_client.prompts.publish_sync("greeting", "prodction", version="latest")


def test_a_selector_can_be_anything_that_git_knows(client: Basalt, shop: Repo) -> None:
    prompts = client.prompts
    assert prompts.get_sync("greeting", tag="latest").version == prompts.get_sync("greeting", "main").version
    assert prompts.get_sync("greeting", "~1").raw_text == "Hello {{ name }}"
    assert prompts.get_sync("greeting", tag="latest").version == shop.git("log", "-1", "--format=%H", "--", "prompts")


def test_the_repository_around_the_working_directory_is_the_default(
    shop: Repo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(shop.path / "prompts" / "support")
    assert Basalt().prompts.get_sync("plain").text == "No variables at all."
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match=r"basalt\.yaml"):
        Basalt().prompts.get_sync("plain")
    monkeypatch.setenv("BASALT_SOURCE", str(shop.path))
    assert Basalt().prompts.get_sync("plain").text == "No variables at all."


def test_a_bundle_ships_in_a_package(shop: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "__init__.py").touch()
    run(shop, "bundle", "--env", "production", "-o", str(tmp_path / "shipped" / "prompts.json"))
    monkeypatch.syspath_prepend(str(tmp_path))
    resource = importlib.resources.files("shipped") / "prompts.json"
    assert Basalt(resource).prompts.get_sync("plain").text == "No variables at all."
    with gone(shop.path):
        prompt = Basalt(shop.path, fallback=resource).prompts.get_sync("plain")
    assert prompt.source == "bundle"


def test_a_source_of_another_kind_is_refused() -> None:
    with pytest.raises(BadRequestError, match="a value of type int is not a source of prompts"):
        Basalt(3)  # type: ignore[arg-type]


def test_arguments_of_the_hosted_service_are_accepted_with_one_warning(
    shop: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("basalt_cli.client.basalt._warned", set())
    with pytest.warns(BasaltWarning, match=r"^api_key, base_url of Basalt\(\.\.\.\) has no effect"):
        Basalt(shop.path, api_key="key", base_url="https://example.com")
    with pytest.warns(BasaltWarning, match="^enable_telemetry"):
        Basalt(shop.path, api_key="key", enable_telemetry=False)
    assert Basalt(shop.path, api_key="other", log_level="WARNING").prompts.get_sync("plain").text


@pytest.mark.parametrize("kind", ["file", "tags"])
def test_a_cold_fetch_starts_three_processes_of_git(
    shop: Repo, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "tags":
        run(shop, "migrate", "deployments", "--to", "tags")
    log, shim = tmp_path / "log", tmp_path / "bin" / "git"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {shutil.which("git")} "$@"\n')
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}{os.pathsep}{os.environ['PATH']}")
    prompts = Basalt(shop.path, cache=False).prompts
    assert prompts.get_sync("greeting", variables={"name": "Ada"}).text == "Hello Ada"
    assert len(log.read_text().splitlines()) <= 3
    assert prompts.publish_sync("greeting", "production", tag="staging").id
    assert prompts.get_sync("greeting", variables={"name": "Ada"}).text == "Hi Ada"
