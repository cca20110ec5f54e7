"""What happens when the source cannot be asked: each outage is seen, and none is raised where a copy exists."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from basalt_cli import Basalt, NetworkError, NotFoundError, Prompt, SourceError, UnauthorizedError
from basalt_cli.stores.place import find_cache_folder

from tests.client.shop import gone, run, wait_until
from tests.support import Repo


class Heard(list[tuple[str, str, str]]):
    """A listener for fallbacks."""

    def __call__(self, slug: str, origin: str, error: Exception) -> None:
        self.append((slug, origin, type(error).__name__))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def bundle(shop: Repo, tmp_path: Path) -> Path:
    run(shop, "bundle", "--env", "production", "-o", str(tmp_path / "b.json"))
    return tmp_path / "b.json"


def break_pack(repo: Repo) -> None:
    """Cut the only pack in half, as a full disk does."""
    repo.git("gc", "--quiet")
    (pack,) = (repo.path / ".git/objects/pack").glob("*.pack")
    data = pack.read_bytes()
    pack.chmod(0o644)
    pack.write_bytes(data[: len(data) // 2])


def test_memory_comes_first_and_says_why(shop: Repo, heard: Heard, caplog: pytest.LogCaptureFixture) -> None:
    client = Basalt(shop.path, cache=False, cache_ttl_seconds=0.1, on_fallback=heard)
    prompts = client.prompts
    assert prompts.get_sync("greeting").source == "live"
    with gone(shop.path), caplog.at_level(logging.WARNING, "basalt_cli"):
        time.sleep(0.25)
        for _ in range(20):
            found = prompts.get_sync("greeting", variables={"name": "Ada"})
            assert (found.text, found.source) == ("Hello Ada", "stale")
        assert isinstance(found.error, SourceError)
        assert found.age_seconds >= 0.25
        assert heard == [("greeting", "stale", "SourceError")]
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        with pytest.raises(NetworkError):
            prompts.get_sync("plain")
    wait_until(lambda: prompts.get_sync("greeting").error is None)
    assert prompts.get_sync("greeting").source in ("live", "memory")
    assert "can be fetched again" in caplog.text
    client.shutdown()


def test_then_the_disk_of_another_process(shop: Repo, heard: Heard) -> None:
    Basalt(shop.path).prompts.get_sync("greeting")
    with gone(shop.path):
        found = Basalt(shop.path, on_fallback=heard).prompts.get_sync("greeting", variables={"name": "Ada"})
    assert (found.text, found.source, found.tag) == ("Hello Ada", "disk", "production")
    assert isinstance(found.error, SourceError)
    assert heard == [("greeting", "disk", "SourceError")]


def test_then_the_bundle(shop: Repo, bundle: Path, heard: Heard) -> None:
    with gone(shop.path):
        client = Basalt(shop.path, fallback=bundle, on_fallback=heard)
        for _ in range(3):
            found = client.prompts.get_sync("greeting", variables={"name": "Ada"})
            assert (found.text, found.source) == ("Hello Ada", "bundle")
        with pytest.raises(NetworkError, match="the bundle has no greeting at 'staging'"):
            client.prompts.get_sync("greeting", tag="staging")
    assert heard == [("greeting", "bundle", "SourceError")]
    client.shutdown()


def test_then_what_the_application_says(shop: Repo) -> None:
    asked: list[tuple[str, str | None, str | None]] = []
    kept: list[Prompt] = [Basalt(shop.path).prompts.get_sync("plain")]

    def fall_back(slug: str, version: str | None, tag: str | None) -> Any:
        asked.append((slug, version, tag))
        return {"greeting": {"variables": {"name": "string"}, "prompt": "Hi {{ name }}"}, "plain": kept[0]}.get(slug)

    client = Basalt(shop.path, fallback=fall_back, cache=False)
    assert client.prompts.get_sync("greeting", variables={"name": "Ada"}).text == "Hello Ada"
    assert asked == []
    client.prompts.invalidate()
    with gone(shop.path):
        found = client.prompts.get_sync("greeting", tag="production", variables={"name": "Ada"})
        assert (found.text, found.source, found.version) == ("Hi Ada", "fallback", "fallback")
        assert client.prompts.get_sync("plain").text == "No variables at all."
        with pytest.raises(NetworkError):
            client.prompts.get_sync("nothing")
    assert asked == [("greeting", None, "production"), ("plain", None, None), ("nothing", None, None)]
    client.shutdown()


def test_what_is_not_there_is_never_replaced(shop: Repo, bundle: Path) -> None:
    client = Basalt(shop.path, fallback=bundle)
    client.prompts.get_sync("plain")
    shop.write("deployments.yaml", "format: 1\nenvironments: {}\n")
    shop.commit("Take all away")
    client.prompts.invalidate()
    with pytest.raises(NotFoundError):
        client.prompts.get_sync("plain")


def test_a_repository_that_is_damaged_is_an_outage(shop: Repo, heard: Heard) -> None:
    Basalt(shop.path).prompts.get_sync("greeting")
    break_pack(shop)
    client = Basalt(shop.path, on_fallback=heard)
    assert client.prompts.get_sync("greeting").source == "disk"
    with pytest.raises(SourceError):
        client.prompts.get_sync("plain")
    assert heard == [("greeting", "disk", "SourceError")]
    client.shutdown()


def test_one_bad_promotion_is_an_outage_of_that_prompt_alone(shop: Repo, caplog: pytest.LogCaptureFixture) -> None:
    client = Basalt(shop.path, cache_ttl_seconds=0)
    prompts = client.prompts
    prompts.get_sync("greeting")
    text = shop.read("deployments.yaml")
    shop.commit(
        "Edited by hand",
        {"deployments.yaml": text.replace(client.prompts.get_sync("greeting").digest, f"sha256:{'0' * 64}")},
    )
    with caplog.at_level(logging.WARNING, "basalt_cli"):
        for _ in range(5):
            assert isinstance(prompts.get_sync("greeting").error, SourceError)
            assert prompts.get_sync("plain").error is None
    assert len(caplog.records) == 1
    client.shutdown()


@pytest.mark.parametrize("keep", [0, 10, 64, 65, 200])
def test_a_half_written_copy_is_no_copy(shop: Repo, keep: int) -> None:
    Basalt(shop.path).prompts.get_sync("greeting")
    (path,) = (find_cache_folder() / "prompts").glob("prompt-*.json")
    path.write_bytes(path.read_bytes()[:keep])
    with gone(shop.path), pytest.raises(SourceError):
        Basalt(shop.path).prompts.get_sync("greeting")


def test_copies_are_for_their_owner_alone(shop: Repo) -> None:
    Basalt(shop.path).prompts.get_sync("greeting")
    folder = find_cache_folder() / "prompts"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]


def test_a_cache_folder_that_cannot_be_written_is_said_once(
    shop: Repo, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Not even root may write there.
    monkeypatch.setenv("BASALT_CACHE_DIR", "/proc/basalt")
    client = Basalt(shop.path)
    with caplog.at_level(logging.WARNING, "basalt_cli"):
        for slug in ("greeting", "plain"):
            assert client.prompts.get_sync(slug).source == "live"
    assert len([record for record in caplog.records if "no copies" in record.message]) == 1


def test_a_cache_of_the_applications_own_may_fail(shop: Repo, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def get(self, key: object) -> object:
            raise ConnectionError

        def put(self, key: object, value: object, ttl: float = 0) -> None:
            raise ConnectionError

    assert Basalt(shop.path, cache=Broken()).prompts.get_sync("plain", "latest").source == "live"
    assert "the cache could not be read" in caplog.text or "the cache could not be written" in caplog.text


def test_a_cache_of_the_applications_own_keeps_texts(shop: Repo) -> None:
    kept: dict[Any, Any] = {}

    class Shared:
        def get(self, key: object) -> object | None:
            return kept.get(key)

        def put(self, key: object, value: object, ttl: float = float("inf")) -> None:
            kept[key] = value

    Basalt(shop.path, cache=Shared()).prompts.get_sync("greeting")
    assert [type(value) for value in kept.values()] == [str]
    with gone(shop.path):
        assert Basalt(shop.path, cache=Shared()).prompts.get_sync("greeting").source == "disk"


def test_a_listener_may_fail(shop: Repo, caplog: pytest.LogCaptureFixture) -> None:
    Basalt(shop.path).prompts.get_sync("greeting")

    def fail(*_: object) -> None:
        raise ValueError

    with gone(shop.path):
        client = Basalt(shop.path, on_fallback=fail)
        assert client.prompts.get_sync("greeting").source == "disk"
    assert "on_fallback failed" in caplog.text
    client.shutdown()


@pytest.fixture
def remote(shop: Repo, tmp_path: Path) -> Path:
    shop.git("clone", "--quiet", "--bare", str(shop.path), str(tmp_path / "shop.git"))
    return tmp_path / "shop.git"


def settings(**more: Any) -> dict[str, Any]:
    return {"refresh_seconds": 0.1, "cache_ttl_seconds": 0.1, "timeout_seconds": 5, **more}


def test_a_remote_that_is_gone_is_served_from_its_copy(remote: Path, heard: Heard) -> None:
    url = f"file://{remote}"
    with Basalt(url, **settings(cache=False)) as first:
        assert first.prompts.get_sync("greeting").source == "live"
    with gone(remote), Basalt(url, **settings(cache=False, on_fallback=heard)) as client:
        time.sleep(0.15)
        found = client.prompts.get_sync("greeting", variables={"name": "Ada"})
        assert (found.text, found.source) == ("Hello Ada", "disk")
        assert isinstance(found.error, NetworkError)
        assert found.age_seconds >= 0.1
        # An old copy does not know that there is none.
        with pytest.raises(NetworkError, match="The copy is old"):
            client.prompts.get_sync("absent")
        assert heard[0] == ("greeting", "disk", "NetworkError")
    with Basalt(url, **settings(cache=False)) as later:
        assert later.prompts.get_sync("greeting").error is None
        with pytest.raises(NotFoundError):
            later.prompts.get_sync("absent")


def test_a_remote_that_was_never_there_is_said(tmp_path: Path) -> None:
    with Basalt(f"file://{tmp_path}/none.git", **settings()) as client, pytest.raises(NetworkError, match=r"none\.git"):
        client.prompts.get_sync("greeting")


def test_offline_asks_nobody(remote: Path) -> None:
    url = f"file://{remote}"
    with pytest.raises(NetworkError, match="offline=True"):
        Basalt(url, offline=True).prompts.get_sync("greeting")
    with Basalt(url, **settings()) as client:
        client.prompts.get_sync("greeting")
    with gone(remote):
        found = Basalt(url, offline=True).prompts.get_sync("greeting")
        assert (found.raw_text, found.error, found.source) == ("Hello {{ name }}", None, "disk")


def test_the_copy_is_refreshed_behind_the_scenes(remote: Path, shop: Repo) -> None:
    with Basalt(f"file://{remote}", **settings()) as client:
        assert client.prompts.get_sync("greeting").raw_text == "Hello {{ name }}"
        run(shop, "promote", "greeting", "--to", "production", "--yes")
        shop.git("push", "--quiet", str(remote), "main")
        wait_until(lambda: client.prompts.get_sync("greeting").raw_text == "Hi {{ name }}")


def test_a_copy_that_is_damaged_is_made_anew(remote: Path) -> None:
    url = f"file://{remote}"
    with Basalt(url, **settings(cache=False, refresh_seconds=60)) as client:
        client.prompts.get_sync("greeting")
    (mirror,) = (path for path in (find_cache_folder() / "mirrors").iterdir() if path.is_dir())
    for pack in mirror.glob("objects/pack/*.pack"):
        pack.chmod(0o644)
        pack.write_bytes(pack.read_bytes()[:100])
    for loose in mirror.glob("objects/??/*"):
        loose.chmod(0o644)
        loose.write_bytes(b"")
    with Basalt(url, **settings(cache=False, refresh_seconds=60)) as client:
        found = client.prompts.get_sync("greeting")
        assert (found.raw_text, found.source) == ("Hello {{ name }}", "live")


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes connections, and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_remote_that_does_not_answer_costs_its_time_and_no_more(silent_port: int, bundle: Path) -> None:
    started = time.monotonic()
    url = f"git://127.0.0.1:{silent_port}/shop.git"
    with Basalt(url, **settings(timeout_seconds=0.05, fallback=bundle)) as client:
        assert client.prompts.get_sync("greeting").source == "bundle"
    assert time.monotonic() - started < 5
    mirrors = find_cache_folder() / "mirrors"
    wait_until(lambda: not [path for path in mirrors.iterdir() if path.is_dir()])


def test_clients_copy_one_at_a_time(remote: Path) -> None:
    from basalt_cli.git import mirror as git_mirror

    made: list[float] = []
    real = git_mirror.make_copy

    def count(*arguments: Any) -> None:
        made.append(time.monotonic())
        time.sleep(0.2)
        real(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("basalt_cli.client.sources.mirror.make_copy", count)
        clients = [Basalt(f"file://{remote}", timeout_seconds=10) for _ in range(4)]
        threads = [threading.Thread(target=client.prompts.get_sync, args=("greeting",)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(made) == 1
    for client in clients:
        client.shutdown()


def test_a_remote_that_wants_to_know_who_asks_is_no_outage(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = tmp_path / "ssh"
    refusing.write_text("#!/bin/sh\necho 'git@example.com: Permission denied (publickey).' >&2\nexit 255\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(refusing))
    with (
        Basalt("git@example.com:shop.git", **settings(fallback=bundle)) as client,
        pytest.raises(UnauthorizedError, match="does not let us in") as caught,
    ):
        client.prompts.get_sync("greeting")
    assert caught.value.status_code == 401


def test_an_address_is_not_taken_for_a_command(tmp_path: Path) -> None:
    for address in ("ext::sh -c 'touch pwned'", "--upload-pack=touch pwned", "fd::3"):
        with Basalt(address, **settings(timeout_seconds=5)) as client, pytest.raises(NetworkError):
            client.prompts.get_sync("greeting")
    assert not list(tmp_path.rglob("pwned"))
    assert not os.path.exists("pwned")


def test_credentials_in_a_url_are_not_repeated(tmp_path: Path) -> None:
    with (
        Basalt("https://ada:s3cret@127.0.0.1:1/shop.git", **settings()) as client,
        pytest.raises(NetworkError) as caught,
    ):
        client.prompts.get_sync("greeting")
    assert "s3cret" not in str(caught.value)
