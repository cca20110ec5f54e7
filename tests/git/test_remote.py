"""Remotes are read, and pushed to without force."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.errors import GitError
from basalt_cli.git.remote import Pushed, PushOutcome, fetch, list_remote_refs, list_remotes, push

from tests.git.repositories import found
from tests.support import Repo


@pytest.fixture
def hub(repo: Repo, tmp_path: Path) -> Repo:
    """A bare repository, the remote ``origin`` of ``repo``."""
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "hub.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    return Repo(tmp_path / "hub.git")


def add_hook(hub: Repo, name: str, script: str) -> None:
    hub.write(f"hooks/{name}", f"#!/bin/sh\n{script}\n").chmod(0o755)


def test_remotes_and_their_refs_are_listed(repo: Repo, hub: Repo) -> None:
    repo.git("remote", "add", "other", "/nowhere")
    hub.git("tag", "-a", "t", "-m", "x")
    repository = found(repo.path)
    assert list_remotes(repository) == ("origin", "other")
    tag = hub.git("rev-parse", "t")
    assert list_remote_refs(repository, "origin") == {"refs/heads/main": repo.head, "refs/tags/t": tag}
    assert list_remote_refs(repository, "origin", "refs/tags/*") == {"refs/tags/t": tag}


def test_a_fetch_brings_only_the_refs_that_are_named(repo: Repo, hub: Repo) -> None:
    hub.git("tag", "t")
    hub.git("update-ref", "refs/basalt/x", "HEAD")
    fetch(found(repo.path), "origin", "refs/heads/main:refs/remotes/origin/main", "refs/basalt/x:refs/basalt/x")
    refs = repo.git("for-each-ref", "--format=%(refname)").splitlines()
    assert refs == ["refs/basalt/x", "refs/heads/main", "refs/remotes/origin/main"]
    assert not (repo.path / ".git/FETCH_HEAD").exists()


def test_a_remote_that_cannot_be_read_is_named(repo: Repo, hub: Repo) -> None:
    hub.path.rename(hub.path.with_name("gone"))
    repository = found(repo.path)
    message = rf"^origin could not be read: '{hub.path}' does not appear to be a git repository; nothing was moved$"
    for read in (lambda: fetch(repository, "origin", "main"), lambda: list_remote_refs(repository, "origin")):
        with pytest.raises(GitError, match=message) as caught:
            read()
        assert caught.value.hint == "Check git remote -v, and whether git fetch origin works."


def test_several_refs_are_pushed_at_once(repo: Repo, hub: Repo) -> None:
    commit = repo.commit("new")
    updates = [(commit, "refs/heads/main"), (commit, "refs/tags/t")]
    assert push(found(repo.path), "origin", updates) == Pushed(PushOutcome.DONE, "")
    assert hub.git("for-each-ref", "--format=%(objectname)").split() == [commit] * 2


def test_a_push_runs_no_hook_and_pushes_no_other_tag(repo: Repo, hub: Repo) -> None:
    repo.git("config", "push.followTags", "true")
    repo.git("tag", "-a", "mine", "-m", "x")
    repo.write(".git/hooks/pre-push", "#!/bin/sh\nexit 1\n").chmod(0o755)
    assert push(found(repo.path), "origin", [(repo.commit("new"), "refs/heads/main")]).outcome is PushOutcome.DONE
    assert hub.git("tag") == ""


@pytest.mark.parametrize("ref", ["refs/heads/main", "refs/tags/t"])
def test_a_ref_that_moved_at_the_remote_is_stale_and_kept_with_all_others(repo: Repo, hub: Repo, ref: str) -> None:
    other = Repo(hub.path).git("commit-tree", "-m", "other", "HEAD^{tree}")
    hub.git("update-ref", ref, other)
    commit = repo.commit("mine")
    pushed = push(found(repo.path), "origin", [(commit, "refs/heads/new"), (commit, ref)])
    assert pushed.outcome is PushOutcome.STALE
    assert pushed.reason in ("fetch first", "already exists")
    assert hub.git("rev-parse", ref) == other
    assert hub.git("for-each-ref", "refs/heads/new") == ""


def test_the_words_of_a_hook_explain_a_refusal(repo: Repo, hub: Repo) -> None:
    add_hook(hub, "pre-receive", "printf 'main is protected\\n\\nUse a pull request\\nthree\\nfour\\n' >&2; exit 1")
    pushed = push(found(repo.path), "origin", [(repo.commit("new"), "refs/heads/main")])
    assert pushed == Pushed(PushOutcome.REFUSED, "main is protected; Use a pull request; three")


def test_a_hook_that_says_what_git_says_of_races_is_a_refusal(repo: Repo, hub: Repo) -> None:
    add_hook(hub, "update", "echo 'the release already exists, fetch first' >&2; exit 1")
    pushed = push(found(repo.path), "origin", [(repo.commit("new"), "refs/heads/main")])
    assert pushed == Pushed(PushOutcome.REFUSED, "the release already exists, fetch first")


def test_a_push_without_an_answer_is_unknown(repo: Repo, hub: Repo) -> None:
    hub.path.rename(hub.path.with_name("gone"))
    pushed = push(found(repo.path), "origin", [(repo.head, "refs/heads/new")])
    assert pushed == Pushed(PushOutcome.UNKNOWN, f"'{hub.path}' does not appear to be a git repository")


def test_a_remote_that_cannot_push_all_or_none_says_so(repo: Repo, hub: Repo) -> None:
    hub.git("config", "receive.advertiseAtomic", "false")
    commit = repo.commit("new")
    pushed = push(found(repo.path), "origin", [(commit, "refs/heads/main"), (commit, "refs/tags/t")])
    assert pushed == Pushed(PushOutcome.NOT_ATOMIC, "origin cannot move several refs at once")
    assert push(found(repo.path), "origin", [(commit, "refs/heads/main")]).outcome is PushOutcome.DONE
