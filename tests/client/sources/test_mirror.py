"""Prompts of a remote repository, through a copy."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from basalt_cli import (
    Basalt,
    ForbiddenError,
    NetworkError,
    NotFoundError,
    UnauthorizedError,
)
from basalt_cli.git import mirror as git_mirror
from basalt_cli.stores.place import find_cache_folder

from tests.client.shop import Heard, gone, run, wait_until
from tests.support import Repo


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


def test_a_remote_that_never_existed_is_an_error(tmp_path: Path) -> None:
    with Basalt(f"file://{tmp_path}/none.git", **settings()) as client, pytest.raises(NetworkError, match=r"none\.git"):
        client.prompts.get_sync("greeting")


def test_offline_asks_no_remote(remote: Path) -> None:
    url = f"file://{remote}"
    with pytest.raises(NetworkError, match="offline=True"):
        Basalt(url, offline=True).prompts.get_sync("greeting")
    with Basalt(url, **settings()) as client:
        client.prompts.get_sync("greeting")
    with gone(remote):
        found = Basalt(url, offline=True).prompts.get_sync("greeting")
        assert (found.raw_text, found.error, found.source) == ("Hello {{ name }}", None, "disk")


def test_the_copy_is_refreshed_in_the_background(remote: Path, shop: Repo) -> None:
    with Basalt(f"file://{remote}", **settings()) as client:
        assert client.prompts.get_sync("greeting").raw_text == "Hello {{ name }}"
        run(shop, "promote", "greeting", "--to", "production", "--yes")
        shop.git("push", "--quiet", str(remote), "main")
        wait_until(lambda: client.prompts.get_sync("greeting").raw_text == "Hi {{ name }}")


def test_a_damaged_copy_is_cloned_again(remote: Path) -> None:
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


def test_a_remote_that_requires_a_login_is_no_outage(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = tmp_path / "ssh"
    refusing.write_text("#!/bin/sh\necho 'git@example.com: Permission denied (publickey).' >&2\nexit 255\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(refusing))
    with (
        Basalt("git@example.com:shop.git", **settings(fallback=bundle)) as client,
        pytest.raises(UnauthorizedError, match="refuses access") as caught,
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


@pytest.fixture
def silent_url() -> Iterator[str]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"git://127.0.0.1:{server.getsockname()[1]}/shop.git"


def find_mirror() -> Path:
    (found,) = (path for path in (find_cache_folder() / "mirrors").iterdir() if path.is_dir())
    return found


def test_an_outage_costs_one_timeout_if_there_is_a_copy(
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


def test_callers_do_not_wait_again_for_a_remote_that_has_just_failed(
    silent_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
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


def test_a_prompt_has_the_age_of_the_copy(remote: Path) -> None:
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


def test_offline_nothing_is_published(remote: Path) -> None:
    url = f"file://{remote}"
    with Basalt(url) as client:
        client.prompts.get_sync("greeting")
    before = subprocess.run(["git", "rev-parse", "main"], cwd=remote, capture_output=True, check=True).stdout
    with pytest.raises(ForbiddenError, match="offline"):
        Basalt(url, offline=True).prompts.publish_sync("greeting", "production", tag="staging")
    assert subprocess.run(["git", "rev-parse", "main"], cwd=remote, capture_output=True, check=True).stdout == before


def test_an_unused_client_leaves_no_thread(remote: Path) -> None:
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
