"""Commands that write, and what is read with the user's own configuration."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, GitError
from basalt_cli.git.command import (
    find_config,
    find_signature,
    list_config,
    merge_text,
    refuse_lock,
    require_identity,
    run_write,
    set_config,
    try_write,
    write_commit_graph,
)

from tests.git.repositories import found
from tests.support import Repo, make_repo


def test_the_variables_of_a_hook_do_not_redirect_a_write(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_repo(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    run_write(found(repo.path), "tag", "here")
    monkeypatch.delenv("GIT_DIR")
    assert (repo.git("tag"), other.git("tag")) == ("here", "")


def test_a_write_takes_input_and_variables(repo: Repo) -> None:
    made = try_write(str(repo.path), ["hash-object", "-w", "--stdin"], b"data").stdout.decode().strip()
    assert repo.git("cat-file", "blob", made) == "data"
    ident = try_write(str(repo.path), ["var", "GIT_COMMITTER_IDENT"], None, {"GIT_COMMITTER_DATE": "@5000 +0000"})
    assert ident.stdout == b"Ada <ada@example.com> 5000 +0000\n"


def test_a_write_that_fails_is_an_error_with_the_words_of_git(repo: Repo) -> None:
    with pytest.raises(GitError, match=r"^git tag failed: Failed to resolve 'nope' as a valid ref\.$"):
        run_write(found(repo.path), "tag", "x", "nope")


def test_a_lock_is_refused_with_its_age_and_kept(tmp_path: Path) -> None:
    lock = tmp_path / "a b.lock"
    refuse_lock(lock)
    lock.touch()
    os.utime(lock, (time.time() - 100, time.time() - 100))
    with pytest.raises(BasaltError, match=rf"^{lock} exists, 10\d seconds old; nothing was moved$") as caught:
        refuse_lock(lock)
    assert caught.value.hint == f"Wait for the git command that holds it; if none is running: rm '{lock}'"
    assert lock.exists()


@pytest.mark.parametrize(
    ("stderr", "message"),
    [
        (
            b"fatal: no email was given and auto-detection is disabled\nset user.name\n",
            "x: git has no identity for you",
        ),
        (b"fatal: empty ident name (for <>) not allowed\n", "x: git has no identity for you"),
        (b"error: gpg failed to sign the data\n", "x: gpg failed to sign the data"),
    ],
)
def test_a_missing_identity_is_told_from_other_failures(stderr: bytes, message: str) -> None:
    require_identity(subprocess.CompletedProcess(["git"], 0, b"", stderr), "x")
    with pytest.raises(GitError, match=f"^{message}; nothing was moved$"):
        require_identity(subprocess.CompletedProcess(["git"], 128, b"", stderr), "x")


def test_configuration_is_set_and_read(repo: Repo) -> None:
    repository = found(repo.path)
    assert find_config(repository, "merge.basalt.name") is None
    set_config(repository, "merge.basalt.name", "two\nlines")
    set_config(repository, "merge.basalt.driver", "x = y")
    assert find_config(repository, "merge.basalt.name") == "two\nlines"
    assert list_config(repository, r"^merge\.basalt\.") == {
        "merge.basalt.name": "two\nlines", "merge.basalt.driver": "x = y",
    }  # fmt: skip
    assert list_config(repository, "^nope") == {}
    repo.git("config", "--add", "merge.basalt.driver", "last")
    assert find_config(repository, "merge.basalt.driver") == "last"


@pytest.mark.parametrize(
    ("theirs", "merged", "text"),
    [
        ("a\n\n\n\ny\n", True, "x\n\n\n\ny\n"),
        ("y\n\n\n\nb\n", False, "<<<<<<< ours\nx\n=======\ny\n>>>>>>> theirs\n\n\n\nb\n"),
    ],
)
def test_texts_are_merged_or_marked(tmp_path: Path, theirs: str, merged: bool, text: str) -> None:
    paths = [tmp_path / name for name in ("base", "ours", "theirs")]
    for path, content in zip(paths, ("a\n\n\n\nb\n", "x\n\n\n\nb\n", theirs), strict=True):
        path.write_text(content)
    assert merge_text(*paths) is merged
    assert (tmp_path / "ours").read_text() == text


def test_a_commit_graph_has_the_filters_of_changed_paths(repo: Repo) -> None:
    write_commit_graph(found(repo.path))
    repo.git("commit-graph", "verify")
    assert b"BIDX" in (repo.path / ".git/objects/info/commit-graph").read_bytes()


@pytest.fixture
def verifying(repo: Repo, tmp_path: Path) -> Repo:
    """A repository whose signatures are all good, by a program of the test."""
    program = tmp_path / "gpg"
    program.write_text(
        '#!/bin/sh\ncat >/dev/null\ncase "$*" in\n'
        "*--verify*) echo '[GNUPG:] NEWSIG'; echo '[GNUPG:] GOODSIG 1 Ada'; echo '[GNUPG:] TRUST_FULLY 0 pgp'; echo 'Good signature from Ada' >&2;;\n"
        "*) echo '[GNUPG:] SIG_CREATED ' >&2; echo '-----BEGIN PGP SIGNATURE-----'; echo '-----END PGP SIGNATURE-----';;\nesac\n"
    )
    program.chmod(0o755)
    repo.git("config", "gpg.program", str(program))
    return repo


def test_the_signature_of_a_commit_or_of_a_tag_on_it_counts(verifying: Repo) -> None:
    repository = found(verifying.path)
    plain = verifying.head
    assert find_signature(repository, plain) == (False, f"{plain[:9]} has no signature that git verifies")
    verifying.git("tag", "-a", "unsigned", "-m", "x")
    verifying.git("tag", "-s", "signed", "-m", "x")
    assert find_signature(repository, plain) == (True, f"the tag signed on {plain[:9]} is signed")
    verifying.git("commit", "--quiet", "-S", "--allow-empty", "-m", "signed")
    head = verifying.head
    assert find_signature(repository, head) == (True, f"{head[:9]} is signed: Good signature from Ada")
