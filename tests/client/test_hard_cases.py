"""What went wrong once: each of these was a defect that somebody found by trying."""

from __future__ import annotations

import logging
import os
import pickle
import shutil
import threading
import time
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from basalt_cli import (
    BadRequestError,
    Basalt,
    NetworkError,
    NotFoundError,
    Prompt,
    PromptModel,
)
from basalt_cli.client.copies import decode_answer, encode_answer
from basalt_cli.client.outage import Outages
from basalt_cli.client.responses import PromptModelParameters
from basalt_cli.client.sources.repository import RepositorySource
from basalt_cli.format.template.inlining import _Inliner, write_in_includes
from basalt_cli.model.prompt import Whitespace
from basalt_cli.workspace.project import Project

from tests.client.shop import GREETING, gone, in_child, make_shop, run, wait_until
from tests.support import Repo


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("held", ["objects", "repository"])
def test_a_child_is_not_caught_in_a_lazy_property(shop: Repo, held: str) -> None:
    # Nobody holds the client itself.
    prompts = Basalt(shop.path, cache=False).prompts
    prompts.get_sync("plain")
    lock = getattr(vars(Project)[held], "lock", threading.RLock())
    is_held, is_done = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            is_held.set()
            is_done.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    is_held.wait()
    assert in_child(lambda: prompts.get_sync("greeting", variables={"name": "Ada"}).text == "Hello Ada")
    is_done.set()
    thread.join()


def test_threads_that_cannot_be_started_hang_nobody(shop: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    client = Basalt(shop.path, cache=False, cache_ttl_seconds=0.05)

    def refuse(self: threading.Thread) -> None:
        message = "can't start new thread"
        raise RuntimeError(message)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert asyncio.run(client.prompts.get("greeting")).text == "Hello {{ name }}"
    time.sleep(0.07)
    assert client.prompts.get_sync("greeting").source == "live"


def test_a_listener_may_ask_for_the_same_prompt(shop: Repo) -> None:
    Basalt(shop.path).prompts.get_sync("greeting")
    heard: list[str] = []

    def listen(slug: str, origin: str, error: Exception) -> None:
        heard.append(client.prompts.get_sync(slug).source)

    client = Basalt(shop.path, on_fallback=listen)
    with gone(shop.path):
        assert client.prompts.get_sync("greeting").source == "disk"
    assert heard == ["disk"]
    client.shutdown()


def test_a_fallback_that_needs_itself_is_said(shop: Repo) -> None:
    def fall_back(slug: str, version: str | None, tag: str | None) -> Prompt:
        return client.prompts.get_sync(slug, version, tag)

    client = Basalt(shop.path, fallback=fall_back, cache=False)
    with gone(shop.path), pytest.raises(NetworkError, match="needed for its own fallback"):
        client.prompts.get_sync("greeting")


def test_a_fallback_that_fails_leaves_the_outage_as_the_reason(shop: Repo, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}")
    with gone(shop.path):
        fallbacks: list[Any] = [lambda *_: 1 / 0, tmp_path / "bad.json"]
        for fallback in fallbacks:
            with pytest.raises(NetworkError, match=r"there is no such folder\. And the fallback"):
                Basalt(shop.path, fallback=fallback, cache=False).prompts.get_sync("greeting")


def test_a_fallback_made_by_hand_keeps_its_model(shop: Repo) -> None:
    model = PromptModel("openai", "gpt-4.1", "", PromptModelParameters(temperature=0.5, max_length=7, extra={"x": 1}))
    made = Prompt("greeting", "Hi\n", "Hi\n", model, "mine", system_text="Be kind.")
    with gone(shop.path):
        found = Basalt(shop.path, fallback=lambda *_: made, cache=False).prompts.get_sync("greeting")
    assert (found.model, found.system_text, found.text) == (model, "Be kind.", "Hi\n")
    assert found.to_openai()["max_completion_tokens"] == 7


class SlowSource(RepositorySource):
    """A repository whose answers take a while to arrive."""

    delay_seconds = 0.3

    def ask(self, slug: str, selector: str) -> Any:
        answer = super().ask(slug, selector)
        time.sleep(self.delay_seconds)
        return answer


def test_an_old_answer_does_not_come_back_after_it_was_invalidated(shop: Repo) -> None:
    source = SlowSource(shop.path)
    client = Basalt(source)
    thread = threading.Thread(target=client.prompts.get_sync, args=("greeting",))
    thread.start()
    time.sleep(0.1)
    run(shop, "promote", "greeting", "--to", "production", "--yes")
    client.prompts.invalidate("greeting")
    source.delay_seconds = 0
    assert client.prompts.get_sync("greeting").raw_text == "Hi {{ name }}"
    thread.join()
    assert client.prompts.get_sync("greeting").raw_text == "Hi {{ name }}"
    with gone(shop.path):
        assert Basalt(SlowSource(shop.path)).prompts.get_sync("greeting").raw_text == "Hi {{ name }}"


def test_what_was_taken_away_does_not_come_back_in_an_outage(shop: Repo) -> None:
    client = Basalt(shop.path)
    client.prompts.get_sync("plain")
    shop.write("deployments.yaml", "format: 1\nenvironments: {}\n")
    shop.commit("Take all away")
    with pytest.raises(NotFoundError):
        client.prompts.get_sync("plain", cache_enabled=False)
    with gone(shop.path):
        for other in (client, Basalt(shop.path)):
            with pytest.raises(NetworkError):
                other.prompts.get_sync("plain")


def test_partials_that_multiply_are_expanded_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    expanded: list[str] = []
    real = _Inliner._expand

    def count(self: _Inliner, name: str, path: tuple[str, ...]) -> str | None:
        expanded.append(name)
        return real(self, name, path)

    monkeypatch.setattr(_Inliner, "_expand", count)
    partials = {f"{n}.md": f"{{% include '{n + 1}.md' %}}{{% include '{n + 1}.md' %}}" for n in range(40)}
    partials["40.md"] = "words " * 10
    written = write_in_includes("{% include '0.md' %}", Whitespace(), partials)
    assert sorted(expanded) == sorted(partials)
    assert len(written) < 1024 * 1024


def test_nobody_changes_what_the_next_caller_is_given(shop: Repo) -> None:
    text = "model: {name: m}\ntools: [{name: look, parameters: {type: object, properties: {}}}]\nprompt: x\n"
    shop.commit("Tools", {"prompts/tools.yaml": text})
    client = Basalt(shop.path)
    first = client.prompts.get_sync("tools", "latest", variables={})
    first.to_openai()["tools"][0]["function"]["parameters"]["type"] = "changed"
    assert first.tools is not None
    first.tools.tools[0]["parameters"]["properties"]["x"] = 1  # type: ignore[index, call-overload]
    assert client.prompts.get_sync("tools", "latest").to_openai()["tools"][0]["function"]["parameters"] == {
        "type": "object", "properties": {},
    }  # fmt: skip


def test_another_repository_in_the_same_place_is_another(shop: Repo) -> None:
    assert Basalt(shop.path).prompts.get_sync("greeting", "1.0.0").raw_text == "Hello {{ name }}"
    os.chdir(shop.path.parent)
    shutil.rmtree(shop.path)
    other = make_shop(shop.path)
    other.git("tag", "--force", "-a", "-m", "Another", "greeting@v1.0.0", "main")
    assert Basalt(shop.path).prompts.get_sync("greeting", "1.0.0").raw_text == "Hi {{ name }}"


def test_after_its_end_a_client_asks_in_the_foreground(shop: Repo) -> None:
    client = Basalt(shop.path, cache=False, cache_ttl_seconds=0.05)
    client.prompts.get_sync("greeting")
    client.shutdown()
    with gone(shop.path):
        time.sleep(0.06)
        assert client.prompts.get_sync("greeting").source == "stale"
    wait_until(lambda: client.prompts.get_sync("greeting").error is None, 3)
    assert in_child(lambda: client._fetcher.refresher.submit(("greeting", None, None)) is False)


def test_many_prompts_that_fail_at_once_are_one_failure(shop: Repo, caplog: pytest.LogCaptureFixture) -> None:
    outages = Outages("source", None)
    waits = [outages.note_failure(NetworkError("gone")) for _ in range(50)]
    assert max(waits) <= 1
    shop.git("gc", "--quiet")
    (pack,) = (shop.path / ".git/objects/pack").glob("*.pack")
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[:50])
    caplog.clear()
    with caplog.at_level(logging.WARNING, "basalt_cli"):
        client = Basalt(shop.path, cache=False)
        for slug in ("greeting", "plain", "support/reply"):
            with pytest.raises(NetworkError):
                client.prompts.get_sync(slug)
    assert len(caplog.records) == 1


def test_an_age_is_kept_by_copies_and_pickles(client: Basalt) -> None:
    answer = client._fetcher.source.ask("greeting", "production")
    found = decode_answer("greeting", encode_answer(answer.__class__(answer.current, age_seconds=100)))
    assert found is not None
    assert 99 < found.age_seconds < 110
    prompt = client.prompts.get_sync("greeting")
    prompt.__dict__["_confirmed"] -= 300
    state = prompt.__getstate__()
    assert 299 < state["_confirmed"] < 310
    assert 299 < pickle.loads(pickle.dumps(prompt)).age_seconds < 310


def test_a_bundle_knows_no_version_that_is_none(shop: Repo, tmp_path: Path) -> None:
    run(shop, "bundle", "--env", "production", "-o", str(tmp_path / "b.json"))
    prompts = Basalt(tmp_path / "b.json").prompts
    with pytest.raises(NotFoundError, match="the bundle has no plain at 'vNone'"):
        prompts.get_sync("plain", "vNone")
    with pytest.raises(NotFoundError, match="the bundle has no prompt 'absent'"):
        prompts.get_sync("absent")


def test_chat_history_is_checked_when_it_is_given(client: Basalt) -> None:
    history = [{"role": "user", "content": [{"sound": "x"}]}]
    with pytest.raises(BadRequestError, match="neither text nor a list of parts"):
        client.prompts.get_sync("greeting", variables={"name": "Ada", "history": history})


def test_keys_that_are_enumerations_are_their_values(client: Basalt) -> None:
    class Key(str, Enum):  # noqa: UP042 - str() of it is not its value
        ROLE = "role"

    history = [{Key.ROLE: "user", "content": "Hey"}]
    prompt = client.prompts.get_sync("greeting", variables={"name": "Ada", "history": history})
    assert prompt.messages[1] == {"role": "user", "content": "Hey"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("greeting", "main\0"), "can name no version"), (("greeting", "\ud800"), "can name no version"),
        (("greeting", 1), "can name no version"), (("greeting", None, 5), "can name no version"),
        ((None,), "is not the slug"), (("greeting", "x" * 100_000), "can name no version"),
        (("greeting", None, None, [("name", "x")]), "variables are a mapping"),
        (("greeting", None, None, {1: "x"}), "variables are a mapping"),
        (("greeting", None, None, {"name": 10**5000}), "enormous"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_a_bad_request(client: Basalt, arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(BadRequestError, match=words):
        client.prompts.get_sync(*arguments)


def test_a_bundle_without_its_parts_is_said(tmp_path: Path) -> None:
    import hashlib
    import json

    head = {"basalt_bundle": 1, "sha256": hashlib.sha256(b"{}").hexdigest()}
    (tmp_path / "b.json").write_bytes(json.dumps(head).encode() + b"\n{}")
    with pytest.raises(NetworkError, match="it holds no prompts"):
        Basalt(tmp_path / "b.json").prompts.get_sync("greeting")


def test_a_partial_that_looks_at_its_loop_is_not_written_in() -> None:
    partials = {"p.md": "{{ loop.index if loop is defined else 'none' }}"}
    text = "{% for i in [1, 2] %}{% include 'p.md' %}{% endfor %}"
    assert write_in_includes(text, Whitespace(), partials) == text


def test_no_tool_calls_are_none(client: Basalt, shop: Repo) -> None:
    text = GREETING.replace("max_tokens: 60", "max_tokens: 60, top_p: 1")
    shop.commit("Calls", {"prompts/calls.yaml": text})
    history = [{"role": "assistant", "content": "Hey", "tool_calls": None}]
    prompt = client.prompts.get_sync("calls", "latest", variables={"name": "Ada", "history": history})
    assert prompt.to_anthropic()["messages"][0] == {"role": "assistant", "content": "Hey"}


def test_a_default_that_does_not_fit_is_said(client: Basalt, shop: Repo) -> None:
    shop.commit("Default", {"prompts/odd.yaml": "variables: {x: {type: string, default: 3}}\nprompt: '{{ x }}'\n"})
    with pytest.raises(BadRequestError, match="x must be a string"):
        client.prompts.get_sync("odd", "latest", variables={})
