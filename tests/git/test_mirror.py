"""Bare copies of remote repositories."""

from __future__ import annotations

import os
import stat
import threading
import time
from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, GitError
from basalt_cli.git.mirror import (
    LoginError,
    alone,
    can_be_reached,
    fetch_copy,
    find_age,
    has_copy,
    is_url,
    make_copy,
)

from tests.support import Repo

SECONDS = 20.0


@pytest.fixture
def copy(repo: Repo, tmp_path: Path) -> Repo:
    """A copy of ``repo``."""
    make_copy(f"file://{repo.path}", tmp_path / "copy", SECONDS)
    return Repo(tmp_path / "copy")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://example.com/x.git", True), ("ssh://git@example.com/x", True), ("git@example.com:x/y.git", True),
        ("example.com:x", True), ("file:///x", True), ("HTTPS://example.com", True), ("git+ssh://x/y", True),
        ("/x/y", False), ("x/y", False), (".", False), ("ext::sh -c x", True), ("here:there", False),
    ],
)  # fmt: skip
def test_an_address_is_told_from_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, found: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here:there").mkdir()
    assert is_url(text) is found


def test_a_copy_has_the_branches_and_tags_and_the_head_of_the_remote(repo: Repo, copy: Repo) -> None:
    repo.git("switch", "--quiet", "--create", "trunk")
    repo.git("tag", "-a", "t", "-m", "x")
    fetch_copy(copy.path, SECONDS)
    assert copy.git("for-each-ref", "--format=%(refname)").splitlines() == [
        "refs/remotes/origin/main", "refs/remotes/origin/trunk", "refs/tags/t",
    ]  # fmt: skip
    assert copy.git("symbolic-ref", "HEAD") == "refs/remotes/origin/trunk"
    assert copy.git("rev-parse", "HEAD") == repo.head


def test_a_fetch_follows_forced_moves_and_deletions(repo: Repo, copy: Repo) -> None:
    repo.git("tag", "t")
    repo.git("branch", "gone")
    fetch_copy(copy.path, SECONDS)
    repo.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "amended")
    repo.git("tag", "--force", "t")
    repo.git("branch", "-D", "gone")
    fetch_copy(copy.path, SECONDS)
    refs = copy.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    assert refs == [f"refs/remotes/origin/main {repo.head}", f"refs/tags/t {repo.head}"]


def test_a_remote_with_a_detached_head_is_read_at_main(repo: Repo, copy: Repo) -> None:
    repo.git("switch", "--quiet", "--detach")
    fetch_copy(copy.path, SECONDS)
    assert copy.git("symbolic-ref", "HEAD") == "refs/remotes/origin/main"


def test_the_age_is_that_of_the_last_fetch(repo: Repo, copy: Repo, tmp_path: Path) -> None:
    age = find_age(copy.path)
    assert age is not None
    assert 0 <= age < 20
    os.utime(copy.path / "basalt-fetched", (time.time() - 100, time.time() - 100))
    age = find_age(copy.path)
    assert age is not None
    assert 100 <= age < 120
    fetch_copy(copy.path, SECONDS)
    age = find_age(copy.path)
    assert age is not None
    assert age < 20
    os.utime(copy.path / "basalt-fetched", (time.time() + 100, time.time() + 100))
    assert find_age(copy.path) is None
    assert has_copy(copy.path)
    assert (find_age(tmp_path / "none"), has_copy(tmp_path / "none")) == (None, False)


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    with pytest.raises(
        GitError, match=r"^the remote cannot be read: '/nowhere' does not appear to be a git repository$"
    ):
        make_copy("file:///nowhere", tmp_path / "copies" / "x", SECONDS)
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_copy_replaces_an_older_one_and_what_died(repo: Repo, copy: Repo) -> None:
    (copy.path / "damaged").touch()
    (copy.path.parent / ".copy-abc").mkdir()
    make_copy(f"file://{repo.path}", copy.path, SECONDS)
    assert not (copy.path / "damaged").exists()
    assert [path.name for path in copy.path.parent.iterdir() if path.name.startswith(".copy")] == []
    assert copy.git("rev-parse", "HEAD") == repo.head


def test_an_address_is_quoted_in_the_configuration(repo: Repo, tmp_path: Path) -> None:
    odd = tmp_path / 'odd "name" \\ ; # x'
    repo.path.rename(odd)
    make_copy(f"file://{odd}", tmp_path / "copy", SECONDS)
    assert Repo(tmp_path / "copy").git("config", "remote.origin.url") == f"file://{odd}"
    assert (tmp_path / "copy" / "config").read_text().count("[remote") == 1


def test_a_remote_that_does_not_answer_is_given_up_on(
    copy: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text("#!/bin/sh\nsleep 60\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    copy.git("config", "remote.origin.url", "host:x")
    started = time.monotonic()
    with pytest.raises(GitError, match=r"^the remote did not answer within 0\.5 seconds$"):
        fetch_copy(copy.path, 0.5)
    assert time.monotonic() - started < 10
    assert copy.git("rev-parse", "HEAD")


def test_a_remote_that_needs_a_login_is_told_from_others(
    copy: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text("#!/bin/sh\necho 'git@host: Permission denied (publickey).' >&2\nexit 255\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    copy.git("config", "remote.origin.url", "host:x")
    with pytest.raises(
        LoginError, match=r"^the remote refuses access: git@host: Permission denied \(publickey\)\.$"
    ) as caught:
        fetch_copy(copy.path, SECONDS)
    assert caught.value.hint == "Configure a credential helper for git, or an ssh key."


def test_a_transport_that_runs_programs_is_refused(copy: Repo, tmp_path: Path) -> None:
    copy.git("config", "remote.origin.url", f"ext::touch {tmp_path}/ran")
    with pytest.raises(GitError, match=r"^the remote cannot be read: transport 'ext' not allowed$"):
        fetch_copy(copy.path, SECONDS)
    assert not (tmp_path / "ran").exists()


def test_it_is_known_whether_the_remote_can_be_reached(repo: Repo, copy: Repo) -> None:
    assert can_be_reached(copy.path, SECONDS)
    repo.path.rename(repo.path.with_name("gone"))
    assert not can_be_reached(copy.path, SECONDS)


def test_git_that_is_not_installed_is_named(copy: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BasaltError, match=r"^git is not installed, or not on the PATH$"):
        fetch_copy(copy.path, SECONDS)


def test_one_process_at_a_time_works_on_a_copy(tmp_path: Path) -> None:
    folder = tmp_path / "copies" / "x"
    order: list[str] = []

    def wait() -> None:
        with alone(folder, SECONDS):
            order.append("second")

    with alone(folder, SECONDS):
        thread = threading.Thread(target=wait)
        thread.start()
        with pytest.raises(BasaltError, match=str(folder)), alone(folder, 0.1):
            order.append("never")
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
