"""What went wrong once: each of these was a defect that somebody found by trying."""

from __future__ import annotations

import logging
import os
import pickle
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from basalt_cli import (
    BadRequestError,
    Basalt,
    BasaltWarning,
    ForbiddenError,
    NetworkError,
    NotFoundError,
    Prompt,
    PromptModel,
)
from basalt_cli.adapters import git_mirror
from basalt_cli.client.copies import decode_answer, encode_answer, find_cache_folder
from basalt_cli.client.outage import Outages
from basalt_cli.client.responses import PromptModelParameters
from basalt_cli.client.sources.repository import RepositorySource
from basalt_cli.model.prompt import Whitespace
from basalt_cli.pure.template import write_in_includes
from basalt_cli.pure.template.inlining import _Inliner
from basalt_cli.use_cases.project import Project

from tests.client.shop import GREETING, gone, make_shop, run, wait_until
from tests.support import Repo


@pytest.fixture
def remote(shop: Repo, tmp_path: Path) -> Path:
    shop.git("clone", "--quiet", "--bare", str(shop.path), str(tmp_path / "shop.git"))
    return tmp_path / "shop.git"


@pytest.fixture
def silent_url() -> Iterator[str]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"git://127.0.0.1:{server.getsockname()[1]}/shop.git"


def find_mirror() -> Path:
    (found,) = (path for path in (find_cache_folder() / "mirrors").iterdir() if path.is_dir())
    return found


def in_child(work: Callable[[], bool]) -> bool:
    """Run work in a forked child, and say whether it ended well within some seconds."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if work() else 1
        finally:
            os._exit(code)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return False


def test_an_outage_costs_one_timeout_where_there_is_a_copy(
    remote: Path, silent_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: dict[str, Any] = {"refresh_seconds": 0.1, "cache_ttl_seconds": 0, "timeout_seconds": 0.4, "cache": False}
    with Basalt(f"file://{remote}", **settings) as first:
        first.prompts.get_sync("greeting")
    subprocess.run(["git", "config", "remote.origin.url", silent_url], cwd=find_mirror(), check=True)
    time.sleep(0.15)
    with Basalt(f"file://{remote}", **settings) as client:
        monkeypatch.setattr(
            "basalt_cli.client.sources.mirror.make_copy", lambda *_: pytest.fail("a copy was made anew")
        )
        found = client.prompts.get_sync("greeting")
        assert (found.source, found.raw_text) == ("disk", "Hello {{ name }}")
        assert isinstance(found.error, NetworkError)
        assert found.age_seconds >= 0.15


def test_nobody_waits_again_for_a_remote_that_has_just_failed(silent_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    real = git_mirror.make_copy

    def count(url: str, *arguments: Any) -> None:
        tried.append(url)
        real(url, *arguments)

    monkeypatch.setattr("basalt_cli.client.sources.mirror.make_copy", count)
    with Basalt(silent_url, timeout_seconds=0.05, refresh_seconds=60) as client:
        for number in range(20):
            with pytest.raises(NetworkError):
                client.prompts.get_sync(f"other{number}")
    assert len(tried) == 1


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_does_not_keep_the_lock_of_a_copy(tmp_path: Path) -> None:
    folder = tmp_path / "mirrors" / "x"
    reading, writing = os.pipe()
    with git_mirror.alone(folder, 1):
        child = os.fork()
        if child == 0:
            os.read(reading, 1)
            os._exit(0)
    with git_mirror.alone(folder, 0.2):
        pass
    os.write(writing, b"x")
    os.waitpid(child, 0)


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


def test_a_prompt_cannot_send_the_key_of_an_application_elsewhere(shop: Repo) -> None:
    text = GREETING.replace("temperature: 0.2", "api_base: https://evil.example, extra_headers: {a: b}, api_key: x")
    shop.commit("Evil", {"prompts/evil.yaml": text})
    prompt = Basalt(shop.path).prompts.get_sync("evil", "latest", variables={"name": "Ada"})
    with pytest.warns(BasaltWarning, match="is left out") as warned:
        arguments = prompt.to_litellm()
    assert len(warned) == 3
    assert not {"api_base", "extra_headers", "api_key"} & arguments.keys()
    assert {"api_base", "extra_headers", "api_key"} <= prompt.to_openai()["extra_body"].keys()
    with pytest.warns(BasaltWarning, match="is left out"):
        assert "api_base" not in prompt.to_gemini()["config"]


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


def test_one_bad_pointer_does_not_copy_the_remote_again(
    remote: Path, shop: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    real = git_mirror.make_copy

    def count(url: str, *arguments: Any) -> None:
        made.append(url)
        real(url, *arguments)

    monkeypatch.setattr("basalt_cli.client.sources.mirror.make_copy", count)
    text = shop.read("deployments.yaml")
    digest = Basalt(shop.path).prompts.get_sync("greeting").digest
    shop.commit("By hand", {"deployments.yaml": text.replace(digest, f"sha256:{'0' * 64}")})
    shop.git("push", "--quiet", str(remote), "main")
    with Basalt(f"file://{remote}", cache=False) as client:
        for _ in range(3):
            with pytest.raises(NetworkError, match="digest"):
                client.prompts.get_sync("greeting")
        assert client.prompts.get_sync("plain").error is None
    assert len(made) == 1


def test_a_login_that_is_refused_later_leaves_the_old_answer(
    remote: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings: dict[str, Any] = {"refresh_seconds": 0.05, "cache_ttl_seconds": 0.4, "cache": False}
    with Basalt(f"file://{remote}", **settings) as client:
        client.prompts.get_sync("greeting")
        refusing = tmp_path / "refuse"
        refusing.write_text("#!/bin/sh\necho 'Permission denied (publickey).' >&2\nexit 255\n")
        refusing.chmod(0o755)
        for name, value in (("remote.origin.url", "git@example.com:x"), ("core.sshCommand", str(refusing))):
            subprocess.run(["git", "config", name, value], cwd=find_mirror(), check=True)
        os.environ["GIT_SSH_COMMAND"] = str(refusing)
        try:
            time.sleep(0.45)
            assert client.prompts.get_sync("greeting").source == "stale"
            wait_until(lambda: client.prompts.get_sync("greeting").error is not None)
            found = client.prompts.get_sync("greeting")
            assert (found.source, found.raw_text) == ("stale", "Hello {{ name }}")
        finally:
            del os.environ["GIT_SSH_COMMAND"]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_credentials_are_not_on_a_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, shim = tmp_path / "log", tmp_path / "bin" / "git"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {shutil.which("git")} "$@"\n')
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", f"{shim.parent}{os.pathsep}{os.environ['PATH']}")
    with (
        Basalt("https://ada:s3cret@127.0.0.1:1/shop.git", timeout_seconds=5) as client,
        pytest.raises(NetworkError),
    ):
        client.prompts.get_sync("greeting")
    assert "fetch" in log.read_text()
    assert "s3cret" not in log.read_text()


def test_an_address_with_odd_characters_is_one(shop: Repo, tmp_path: Path) -> None:
    odd = tmp_path / 'a "b" \\c #d;e'
    shop.git("clone", "--quiet", "--bare", str(shop.path), str(odd))
    with Basalt(f"file://{odd}", cache=False) as client:
        assert client.prompts.get_sync("plain").source == "live"


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


def test_a_copy_says_how_old_it_is(remote: Path) -> None:
    url = f"file://{remote}"
    with Basalt(url, refresh_seconds=3600) as client:
        client.prompts.get_sync("greeting")
    old = time.time() - 500
    os.utime(find_mirror() / "basalt-fetched", (old, old))
    with Basalt(url, refresh_seconds=3600) as client:
        found = client.prompts.get_sync("greeting", cache_enabled=False)
        assert (found.source, found.error) == ("live", None)
        assert 499 < found.age_seconds < 510
        copied = client._fetcher._read_copy(("greeting", None, None))
        assert copied is not None
        assert 499 < copied.age_seconds < 510
    offline = Basalt(url, offline=True, cache=False).prompts
    assert (offline.get_sync("greeting").source, offline.get_sync("greeting").source) == ("disk", "disk")


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


def test_a_repository_that_is_not_cloned_in_time_is_waited_for(remote: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = git_mirror.make_copy

    def dawdle(*arguments: Any) -> None:
        time.sleep(0.6)
        real(*arguments)

    monkeypatch.setattr("basalt_cli.client.sources.mirror.make_copy", dawdle)
    clients = [Basalt(f"file://{remote}", timeout_seconds=0.3, cache=False) for _ in range(3)]
    found: list[str] = []
    threads = [threading.Thread(target=lambda c=c: found.append(c.prompts.get_sync("plain").text)) for c in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["No variables at all."] * 3
    for client in clients:
        client.shutdown()


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


def test_offline_nothing_is_published(remote: Path) -> None:
    url = f"file://{remote}"
    with Basalt(url) as client:
        client.prompts.get_sync("greeting")
    before = subprocess.run(["git", "rev-parse", "main"], cwd=remote, capture_output=True, check=True).stdout
    with pytest.raises(ForbiddenError, match="offline"):
        Basalt(url, offline=True).prompts.publish_sync("greeting", "production", tag="staging")
    assert subprocess.run(["git", "rev-parse", "main"], cwd=remote, capture_output=True, check=True).stdout == before


def test_a_client_that_nobody_has_leaves_no_thread(remote: Path) -> None:
    import gc

    for _ in range(5):
        client = Basalt(f"file://{remote}", refresh_seconds=30)
        client.prompts.get_sync("plain")
        del client
    gc.collect()
    wait_until(lambda: not [found for found in threading.enumerate() if found.name == "basalt-refresher"])


def test_a_mirror_follows_the_branch_that_is_the_remotes_own(remote: Path, shop: Repo) -> None:
    url = f"file://{remote}"
    with Basalt(url, cache=False, refresh_seconds=0) as client:
        assert client.prompts.get_sync("greeting").raw_text == "Hello {{ name }}"
    shop.git("switch", "--quiet", "--create", "trunk")
    shop.commit("Another trunk", {"basalt.yaml": shop.read("basalt.yaml").replace("trunk: main", "trunk: trunk")})
    run(shop, "promote", "greeting", "--to", "production", "--yes")
    shop.git("push", "--quiet", str(remote), "trunk")
    subprocess.run(["git", "symbolic-ref", "HEAD", "refs/heads/trunk"], cwd=remote, check=True)
    with Basalt(url, cache=False, refresh_seconds=0) as client:
        assert client.prompts.get_sync("greeting").raw_text == "Hi {{ name }}"


def test_a_token_in_an_address_is_not_repeated() -> None:
    with (
        Basalt("https://127.0.0.1:1/shop.git?token=s3cret", timeout_seconds=5) as client,
        pytest.raises(NetworkError) as caught,
    ):
        client.prompts.get_sync("greeting")
    assert "s3cret" not in str(caught.value)


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
