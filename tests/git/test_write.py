"""Commits by compare-and-swap: what they hold, what they leave alone, and what stops them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, GitError, LostRaceError, UsageError
from basalt_cli.git.worktrees import FileEdit, read_journal, write_journal
from basalt_cli.git.write import (
    CommitEdit,
    advance,
    commit_files,
    delete_branch,
    init_repository,
    move_branch,
    one_at_a_time,
    prepare,
    require_branch_name,
    write_commit,
)

from tests.git.repositories import DEPLOYMENTS, edit, found
from tests.support import Repo, make_repo


def commit_one(repo: Repo, path: str, new: bytes | None, old: bytes | None = None) -> str:
    """Commit a change of one file on main, and return the commit."""
    file = FileEdit(path, old, new)
    return commit_files(found(repo.path), "main", CommitEdit(repo.git("rev-parse", "main"), (file,), "Subject\n"))


def test_a_commit_has_the_parent_message_and_author_that_git_gives_it(repo: Repo) -> None:
    before = repo.head
    commit = commit_files(found(repo.path), "main", edit(repo))
    assert (
        repo.git("log", "-1", "--format=%P %an %ae %cn%n%B", commit)
        == f"{before} Ada ada@example.com Ada\nSubject\n\nBody"
    )
    assert repo.git("reflog", "-1", "--format=%gs", "main") == "basalt: Subject"


def test_index_and_worktree_keep_all_other_changes(repo: Repo) -> None:
    repo.write("prompts/greeting.yaml", "prompt: dirty\n")
    repo.write("staged.txt", "staged\n")
    repo.git("add", "staged.txt")
    before = repo.git("status", "--porcelain")
    commit = commit_files(found(repo.path), "main", edit(repo))
    assert repo.head == commit
    assert repo.git("show", "--name-only", "--format=", commit) == "deployments.yaml"
    assert repo.read("deployments.yaml") == "new\n"
    assert repo.git("status", "--porcelain") == before
    assert repo.git("fsck", "--strict", "--no-dangling") == ""


def test_the_other_entries_of_each_tree_keep_mode_and_object(repo: Repo) -> None:
    repo.write("a/b/run.sh", "#!/bin/sh\n").chmod(0o755)
    (repo.path / "a/b/link").symlink_to("run.sh")
    repo.commit("modes", {"a/b/deployments.yaml": "old\n", "a/b.txt": "x", "a/b-c/d": "y", "a/b0": "z"})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head},a/b/module")
    repo.git("commit", "--quiet", "-m", "module")
    before = repo.git("ls-tree", "-r", "-t", "HEAD").splitlines()
    commit = commit_files(found(repo.path), "main", edit(repo, path="a/b/deployments.yaml"))
    after = repo.git("ls-tree", "-r", "-t", commit).splitlines()
    changed = {line.split("\t")[1] for line in set(before) ^ set(after)}
    assert changed == {"a", "a/b", "a/b/deployments.yaml"}
    assert [line.split()[0] for line in before] == [line.split()[0] for line in after]
    assert repo.git("fsck", "--strict", "--no-dangling") == ""
    assert repo.git("status", "--porcelain", "--ignore-submodules") == ""


def test_an_executable_file_stays_executable(repo: Repo) -> None:
    (repo.path / "deployments.yaml").chmod(0o755)
    repo.commit("executable")
    commit_files(found(repo.path), "main", edit(repo))
    assert repo.git("ls-tree", "HEAD", "deployments.yaml").startswith("100755 blob ")


def test_a_new_file_in_new_folders_is_a_regular_file(repo: Repo) -> None:
    commit = commit_one(repo, "x/y/deployments.yaml", b"new\n")
    assert repo.git("ls-tree", "-r", commit, "x").split("\t")[1] == "x/y/deployments.yaml"
    assert repo.git("ls-tree", "-r", commit, "x").startswith("100644 blob ")
    assert repo.read("x/y/deployments.yaml") == "new\n"


def test_a_removed_file_takes_its_empty_folders_with_it(repo: Repo) -> None:
    repo.commit("folders", {"x/y/deployments.yaml": "old\n", "x/keep": "k"})
    commit = commit_one(repo, "x/y/deployments.yaml", None, b"old\n")
    assert repo.git("ls-tree", "-r", "-t", "--name-only", commit, "x").splitlines() == ["x", "x/keep"]
    assert not (repo.path / "x/y/deployments.yaml").exists()
    assert repo.git("status", "--porcelain") == ""
    assert repo.git("fsck", "--strict", "--no-dangling") == ""


def test_removing_what_is_not_there_leaves_the_tree_as_it_is(repo: Repo) -> None:
    commit = write_commit(found(repo.path), CommitEdit(repo.head, (FileEdit("none/none", None, None),), "Subject\n"))
    assert repo.git("rev-parse", f"{commit.id}^{{tree}}") == repo.git("rev-parse", "HEAD^{tree}")


def test_a_folder_takes_the_place_of_a_file(repo: Repo) -> None:
    repo.commit("file", {"x": "file"})
    commit = write_commit(found(repo.path), CommitEdit(repo.head, (FileEdit("x/y", None, b"new"),), "Subject\n"))
    assert repo.git("ls-tree", "-r", "--name-only", commit.id, "x/").splitlines() == ["x/y"]


def test_several_files_are_one_commit(repo: Repo) -> None:
    files = (FileEdit("a/one", None, b"1"), FileEdit("a/two", None, b"2"), FileEdit("three", None, b"3"))
    commit = write_commit(found(repo.path), CommitEdit(repo.head, files, "Subject\n"))
    names = repo.git("diff-tree", "-r", "--name-only", repo.head, commit.id).splitlines()
    assert names == ["a/one", "a/two", "three"]
    blobs = [repo.git("rev-parse", f"{commit.id}:{name}") for name in names]
    assert [stored.blob for stored in commit.files] == blobs


def test_a_path_that_is_not_utf_8_is_kept_byte_for_byte(repo: Repo) -> None:
    name = b"caf\xe9".decode(errors="surrogateescape")
    (repo.path / name).mkdir()
    (repo.path / name / "\udce9").write_text("other")
    (repo.path / name / "deployments.yaml").write_text("old\n")
    repo.commit("not utf-8")
    commit = commit_one(repo, f"{name}/deployments.yaml", b"new\n", b"old\n")
    listed = repo.git("-c", "core.quotePath=true", "ls-tree", "-r", "--name-only", commit)
    assert '"caf\\351/deployments.yaml"\n"caf\\351/\\351"' in listed
    assert (repo.path / name / "deployments.yaml").read_text() == "new\n"
    assert repo.git("status", "--porcelain") == ""


def test_content_is_stored_as_it_is_whatever_attributes_say(repo: Repo) -> None:
    repo.commit("attributes", {".gitattributes": "* text eol=crlf\n"})
    commit = write_commit(found(repo.path), CommitEdit(repo.head, (FileEdit("x", None, b"a\r\nb\0"),), "Subject\n"))
    assert repo.git("cat-file", "-s", f"{commit.id}:x") == "5"


def test_a_commit_is_signed_where_the_configuration_demands_it(repo: Repo, tmp_path: Path) -> None:
    signer = tmp_path / "signer"
    signer.write_text(
        "#!/bin/sh\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\necho '-----BEGIN PGP SIGNATURE-----'\n"
    )
    signer.chmod(0o755)
    repo.git("config", "gpg.program", str(signer))
    assert "gpgsig" not in repo.git("cat-file", "commit", write_commit(found(repo.path), edit(repo)).id)
    repo.git("config", "commit.gpgSign", "true")
    commit = write_commit(found(repo.path), edit(repo))
    assert "gpgsig -----BEGIN PGP SIGNATURE-----" in repo.git("cat-file", "commit", commit.id)


def test_a_commit_that_cannot_be_signed_is_not_made(repo: Repo) -> None:
    repo.git("config", "gpg.program", "/bin/false")
    repo.git("config", "commit.gpgSign", "true")
    before = repo.head
    with pytest.raises(
        GitError, match=r"^the commit could not be made: gpg failed to sign the data; nothing was moved$"
    ):
        commit_files(found(repo.path), "main", edit(repo))
    assert repo.head == before


def test_no_hook_of_the_repository_runs(repo: Repo) -> None:
    for name in ("pre-commit", "commit-msg", "post-commit"):
        hook = repo.write(f".git/hooks/{name}", f"#!/bin/sh\ntouch ran-{name}\nexit 1\n")
        hook.chmod(0o755)
    commit_files(found(repo.path), "main", edit(repo))
    assert sorted(path.name for path in repo.path.rglob("ran-*")) == []


def test_the_variables_of_a_hook_do_not_redirect_a_commit(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_repo(tmp_path / "other")
    change = edit(repo)
    before = other.git("rev-parse", "HEAD"), other.git("count-objects")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.path / ".git/objects"))
    commit_files(found(repo.path), "main", change)
    assert os.environ["GIT_DIR"] == str(other.path / ".git")
    monkeypatch.undo()
    assert repo.read("deployments.yaml") == "new\n"
    assert (other.git("rev-parse", "HEAD"), other.git("count-objects")) == before


def test_a_branch_that_is_not_checked_out_moves_alone(repo: Repo) -> None:
    repo.git("switch", "--quiet", "--create", "other")
    commit = commit_files(found(repo.path), "main", edit(repo))
    assert repo.git("rev-parse", "main") == commit
    assert repo.head != commit
    assert repo.read("deployments.yaml") == DEPLOYMENTS


def test_a_bare_repository_takes_a_commit(repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    bare = Repo(tmp_path / "bare.git")
    commit = commit_files(found(bare.path), "main", edit(bare))
    assert bare.git("rev-parse", "main") == commit
    assert bare.git("show", "main:deployments.yaml") == "new"


def test_a_commit_from_a_linked_worktree_goes_to_the_common_repository(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "tree"))
    commit = commit_files(found(tmp_path / "tree"), "main", edit(repo))
    assert repo.head == commit
    assert repo.read("deployments.yaml") == "new\n"
    assert Repo(tmp_path / "tree").read("deployments.yaml") == DEPLOYMENTS


def test_the_second_of_two_commits_on_one_tip_is_refused(repo: Repo) -> None:
    stale = edit(repo)
    repo.git("switch", "--quiet", "--create", "other")
    commit_files(found(repo.path), "main", edit(repo, "first\n"))
    with pytest.raises(
        LostRaceError, match=r"^main was moved by another process meanwhile; nothing was changed$"
    ) as caught:
        commit_files(found(repo.path), "main", stale)
    assert caught.value.hint == "Run basalt status, then promote again."
    assert repo.git("show", "main:deployments.yaml") == "first"


def test_a_branch_is_made_only_where_it_does_not_exist(repo: Repo) -> None:
    repository = found(repo.path)
    commit = write_commit(repository, edit(repo))
    move_branch(repository, "proposal", None, commit.id, "Propose")
    assert repo.git("rev-parse", "proposal") == commit.id
    with pytest.raises(LostRaceError, match=r"^proposal was moved"):
        move_branch(repository, "proposal", None, repo.head, "Again")
    delete_branch(repository, "proposal", repo.head)
    assert repo.git("rev-parse", "proposal") == commit.id
    delete_branch(repository, "proposal", commit.id)
    assert repo.git("for-each-ref", "refs/heads/proposal") == ""


def test_preparing_changes_nothing(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    before = dict(os.environ)
    prepare(found(repo.path))
    assert dict(os.environ) == before


def test_a_missing_parent_is_an_error(repo: Repo) -> None:
    file = FileEdit("deployments.yaml", None, b"new\n")
    with pytest.raises(GitError, match=r"^the commit could not be written: .*; nothing was changed$"):
        write_commit(found(repo.path), CommitEdit("a" * 40, (file,), "Subject\n"))


@pytest.mark.parametrize("lock", ["index.lock", "refs/heads/main.lock"])
def test_a_lock_of_git_is_named_with_its_age_and_kept(repo: Repo, lock: str) -> None:
    path = repo.path / ".git" / lock
    path.touch()
    os.utime(path, (time.time() - 60, time.time() - 60))
    before = repo.head
    with pytest.raises(BasaltError, match=rf"{lock} exists, 6\d seconds old; nothing was moved$"):
        commit_files(found(repo.path), "main", edit(repo))
    assert path.exists()
    assert repo.head == before
    assert repo.read("deployments.yaml") == DEPLOYMENTS


def test_without_an_identity_nothing_is_committed(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    repo.git("config", "user.useConfigOnly", "true")
    before = repo.head
    with pytest.raises(
        GitError, match=r"^the commit could not be made: git has no identity for you; nothing was moved$"
    ) as caught:
        commit_files(found(repo.path), "main", edit(repo))
    assert caught.value.hint == "Run git config user.name NAME and git config user.email ADDRESS."
    assert repo.head == before


def test_the_next_process_finishes_a_move_that_died_after_the_branch(repo: Repo) -> None:
    repository = found(repo.path)
    old = repo.head
    commit = write_commit(repository, edit(repo))
    write_journal(repository, "main", commit.id, commit.files)
    move_branch(repository, "main", old, commit.id, commit.subject)
    assert repo.read("deployments.yaml") == DEPLOYMENTS
    with one_at_a_time(repository):
        assert repo.read("deployments.yaml") == "new\n"
    assert repo.git("status", "--porcelain") == ""
    assert read_journal(repository) is None


def test_the_next_process_drops_a_move_that_died_before_the_branch(repo: Repo) -> None:
    repository = found(repo.path)
    commit = write_commit(repository, edit(repo))
    write_journal(repository, "main", commit.id, commit.files)
    with one_at_a_time(repository):
        assert repo.read("deployments.yaml") == DEPLOYMENTS
    assert read_journal(repository) is None
    assert repo.git("status", "--porcelain") == ""


def test_a_move_that_is_refused_leaves_no_journal(repo: Repo) -> None:
    repository = found(repo.path)
    commit = write_commit(repository, edit(repo))
    with pytest.raises(LostRaceError):
        advance(repository, "main", commit.id, commit, ())
    assert read_journal(repository) is None


@pytest.mark.parametrize("name", ["", "-x", "refs/heads/x", "HEAD", "@", "@{-1}", "a b", "a..b", "a.lock", "/a"])
def test_a_name_that_git_refuses_is_no_branch(repo: Repo, name: str) -> None:
    with pytest.raises(UsageError, match=r" cannot be the name of a branch$"):
        require_branch_name(found(repo.path), name)


@pytest.mark.parametrize("name", ["a", "promote/reply", "été", "v1.0"])
def test_a_name_that_git_takes_is_a_branch(repo: Repo, name: str) -> None:
    require_branch_name(found(repo.path), name)
    move_branch(found(repo.path), name, None, repo.head, "Subject")
    assert repo.git("rev-parse", f"refs/heads/{name}") == repo.head


def test_a_repository_is_created_on_the_named_branch(tmp_path: Path) -> None:
    init_repository(tmp_path, "trunk")
    assert found(tmp_path).find_branch() == "trunk"
    (tmp_path / "other").mkdir()
    with pytest.raises(GitError, match=r"^git init failed: invalid initial branch name: 'a b'$"):
        init_repository(tmp_path / "other", "a b")
