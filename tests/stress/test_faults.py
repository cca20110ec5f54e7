"""Disks that are full, repositories that cannot be written, locks that stand: the old state stays, and is said."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.checking import Basalt, checked
from tests.stress.promoters import make_start
from tests.support import Repo

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture(params=["file", "tags"])
def kind(request: pytest.FixtureRequest) -> str:
    """Where the pointers are kept."""
    name: str = request.param
    return name


@pytest.fixture
def shop(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository in which p0 was promoted once, with dirty and staged files."""
    repo, commits = make_start(tmp_path / "shop", kind, ["p0", "p1"])
    monkeypatch.chdir(repo.path)
    from basalt_cli.cli.main import main

    assert main(["promote", "p0", "--to", "staging", "--version", commits[0]]) == 0
    repo.write("staged.txt", "x")
    repo.git("add", "staged.txt")
    repo.write("prompts/p1.yaml", "prompt: dirty\n")
    return repo


def picture(repo: Repo) -> dict[str, str]:
    """Return a hash of every file of the work tree, of the index, and what the refs say."""
    files = [
        path for path in repo.path.rglob("*") if path.is_file() and ".git" not in path.relative_to(repo.path).parts
    ]
    found = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return found | {
        "index": hashlib.sha256((repo.path / ".git/index").read_bytes()).hexdigest(),
        "refs": repo.git("for-each-ref"),
    }


def test_an_index_lock(basalt: Basalt, shop: Repo, kind: str) -> None:
    """It stands in the way of who changes the index; tags do not."""
    before = picture(shop)
    lock = shop.path / ".git/index.lock"
    lock.write_text("")
    if kind == "tags":
        basalt("promote", "p0", "--to", "staging")
        return
    outcome = basalt("promote", "p0", "--to", "staging", code=3)
    assert f"{lock} exists, 0 seconds old; nothing was moved" in outcome.err
    assert "if none is running: rm " in outcome.err
    assert lock.exists()
    lock.unlink()
    assert picture(shop) == before


def test_a_lock_on_the_ref(basalt: Basalt, shop: Repo, kind: str) -> None:
    before = picture(shop)
    name = "heads/main" if kind == "file" else "tags/p0#staging#2"
    lock = shop.path / f".git/refs/{name}.lock"
    lock.write_text("")
    outcome = basalt("promote", "p0", "--to", "staging", code=3)
    assert f"{lock} exists, 0 seconds old; nothing was moved" in outcome.err
    lock.unlink()
    assert picture(shop) == before
    basalt("promote", "p0", "--to", "staging")


def test_a_lock_on_packed_refs_is_not_in_the_way(basalt: Basalt, shop: Repo) -> None:
    shop.git("pack-refs", "--all")
    (shop.path / ".git/packed-refs.lock").write_text("")
    basalt("promote", "p0", "--to", "staging")
    assert "packed-refs.lock exists" in basalt("doctor", code=1).out


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes; the machine may not allow to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if not IS_ROOT or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small file system cannot be mounted here")
    here = Path.cwd()
    yield folder
    os.chdir(here)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(folder: Path) -> Path:
    filler = folder / "filler"
    descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while os.write(descriptor, b"x" * 4096):
            pass
    os.close(descriptor)
    return filler


def test_a_repository_that_cannot_be_written(basalt: Basalt, small_disk: Path, kind: str) -> None:
    repo, _ = make_start(small_disk / "shop", kind, ["p0"])
    before = picture(repo)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    outcome = basalt("-C", str(repo.path), "promote", "p0", "--to", "staging", code=3)
    assert "nothing was" in outcome.err
    assert picture(repo) == before
    assert basalt("-C", str(repo.path), "status").out.startswith("PROMPT")


def test_a_full_disk(basalt: Basalt, small_disk: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    repo, commits = make_start(small_disk / "shop", kind, ["p0"])
    monkeypatch.chdir(repo.path)
    basalt("promote", "p0", "--to", "staging", "--version", commits[0])
    before = picture(repo)
    filler = _fill(small_disk)
    outcome = basalt("promote", "p0", "--to", "staging", "--version", commits[1], code=3)
    assert "nothing was" in outcome.err
    filler.unlink()
    assert picture(repo) == before
    assert repo.git("fsck", "--no-dangling", "--no-progress") == ""
    basalt("promote", "p0", "--to", "staging", "--version", commits[1])
    events = checked(basalt("history", "--format", "json"), "history")["events"]
    assert [event["to"] for event in events] == [commits[1], commits[0]]


def test_a_server_that_takes_a_part_of_the_tags_only(
    basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that knows no atomic push is not asked for half a promotion."""
    repo, _ = make_start(tmp_path / "shop", "tags", ["p0", "p1"])
    monkeypatch.chdir(repo.path)
    hub = tmp_path / "hub.git"
    repo.git("clone", "--quiet", "--bare", str(repo.path), str(hub))
    repo.git("remote", "add", "origin", str(hub))
    Repo(hub).git("config", "receive.advertiseAtomic", "false")
    outcome = basalt("promote", "--all", "--to", "staging", "--push", code=3)
    assert "origin cannot move several refs at once; nothing was moved" in outcome.err
    assert "one prompt at a time" in outcome.err
    assert Repo(hub).git("tag") == ""
    basalt("promote", "p0", "--to", "staging", "--push")
    Repo(hub).git("config", "receive.advertiseAtomic", "true")
    # A hook that refuses one of two: with --atomic neither arrives.
    hook = hub / "hooks/update"
    hook.write_text('#!/bin/sh\ncase "$1" in *p1*) exit 1;; esac\n')
    hook.chmod(0o755)
    repo.commit("New", {f"prompts/{slug}.yaml": f"prompt: new {slug}\n" for slug in ("p0", "p1")})
    repo.git("push", "--quiet", "origin", "main")
    assert "refuses the push" in basalt("promote", "--all", "--to", "staging", "--push", code=3).err
    assert Repo(hub).git("tag") == "p0#staging#1"
    assert repo.git("tag") == "p0#staging#1"
