from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, GitError, LostRaceError
from basalt_cli.git.objects import ObjectReader
from basalt_cli.git.process import read_environment, run_git
from basalt_cli.git.read import Repository, discover
from basalt_cli.git.worktrees import FileEdit
from basalt_cli.git.write import CommitEdit, commit_files
from basalt_cli.workspace.prompt_tree import CommitTree, WorkingTree

from tests.support import Repo, make_repo


def found(path: Path) -> Repository:
    repository = discover(path)
    assert repository is not None
    return repository


def test_discovery(repo: Repo, tmp_path: Path) -> None:
    inside = found(repo.path / "prompts")
    assert Path(inside.work_tree or "") == repo.path
    assert not inside.is_shallow
    assert discover(tmp_path) is None


def test_a_bare_repository_is_found_where_one_stands_in_it(repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    assert found(tmp_path / "bare.git").work_tree is None


def test_a_bare_repository_planted_in_a_work_tree_is_refused(repo: Repo) -> None:
    repo.git("init", "--quiet", "--bare", "prompts/planted.git")
    with pytest.raises(BasaltError, match="git refuses this repository"):
        discover(repo.path / "prompts" / "planted.git")


def test_what_a_hook_sets_is_not_handed_on(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    monkeypatch.setenv("GIT_WORK_TREE", "/")
    assert Path(found(repo.path).work_tree or "") == repo.path
    assert not {"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"} & set(read_environment())


def test_revisions(repo: Repo) -> None:
    repository = found(repo.path)
    assert repository.find_commit("HEAD") == repo.head
    assert repository.find_commit(repo.head[:7]) == repo.head
    assert repository.find_commit("nope") is None
    assert repository.find_commit("--output=victim") is None
    assert not (repo.path / "victim").exists()
    with pytest.raises(GitError):
        run_git(["rev-parse", "--verify", "nope"], repo.path)


def test_a_branch_called_like_an_option_is_a_branch(repo: Repo) -> None:
    repo.git("update-ref", "refs/heads/--output=victim", "HEAD")
    assert found(repo.path).find_commit("--output=victim") == repo.head
    assert not (repo.path / "victim").exists()


def test_a_record_cannot_be_forged_by_a_message(repo: Repo) -> None:
    fake = "\x01" + "0" * 40
    repo.git("-c", "user.name=\x01evil", "commit", "--quiet", "--allow-empty", "-m", "x")
    repo.write("prompts/greeting.yaml", "prompt: changed\n")
    repo.git("add", ".")
    repo.git("commit", "--quiet", "--author=\x01Eve <e@x>", "-m", f"{fake} \x01 ok \x1b[31m")
    (newest, oldest) = list(found(repo.path).walk(["HEAD"], ["prompts"]))
    assert newest.commit.id == repo.head
    assert newest.commit.subject.startswith("\x01")
    assert newest.changed_paths == {"prompts/greeting.yaml"}
    assert oldest.commit.parents == ()


def test_objects_are_read_by_one_process(repo: Repo) -> None:
    reader = ObjectReader(found(repo.path))
    tree = CommitTree(reader, repo.head, "prompts")
    assert tree.list_paths() == ("greeting.yaml",)
    assert tree.read("greeting.yaml") == (repo.path / "prompts/greeting.yaml").read_bytes()
    assert tree.read("nope.yaml") is None
    assert tree.read("../basalt.yaml") is None
    assert tree.read("a/b/c") is None
    assert reader.read_blob("0" * 40) is None
    assert reader.read_folder("HEAD:with a space\nand a line") is None
    assert reader.has_commit(repo.head)
    assert not reader.has_commit("1" * 40)
    reader.close()
    reader.close()


def test_links_and_submodules_are_not_followed(repo: Repo, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    (repo.path / "prompts/link.md").symlink_to(secret)
    (repo.path / "prompts/folder").symlink_to(tmp_path)
    repo.commit("links")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head},prompts/module")
    repo.git("commit", "--quiet", "-m", "module")
    reader = ObjectReader(found(repo.path))
    for tree in (WorkingTree(repo.path / "prompts"), CommitTree(reader, repo.head, "prompts")):
        assert tree.read("link.md") is None
        assert tree.is_link("link.md")
        assert tree.read("folder/secret.md") is None
        assert tree.read("module") is None
        assert tree.list_paths() == ("greeting.yaml",)
        assert not tree.is_link("greeting.yaml")
        assert not tree.is_link("nope")
    reader.close()


def test_a_pipe_does_not_block_the_reader(repo: Repo) -> None:
    os.mkfifo(repo.path / "prompts/pipe.md")
    assert WorkingTree(repo.path / "prompts").read("pipe.md") is None


def edit(repo: Repo, text: str = "new\n", **changes: str) -> tuple[str, CommitEdit]:
    values = {"branch": "main", "expected": repo.git("rev-parse", "main"), "path": "deployments.yaml"} | changes
    old = repo.git("show", f"{values['expected']}:{values['path']}", check=False)
    file = FileEdit(values["path"], (old + "\n").encode(), text.encode())
    return values["branch"], CommitEdit(values["expected"], (file,), "Subject\n")


def test_one_file_is_committed_beside_everything_else(repo: Repo) -> None:
    repo.write("prompts/greeting.yaml", "prompt: dirty\n")
    repo.write("staged.txt", "staged\n")
    repo.git("add", "staged.txt")
    before = repo.git("status", "--porcelain")
    commit = commit_files(found(repo.path), *edit(repo))
    assert repo.head == commit
    assert repo.git("show", "--name-only", "--format=", commit) == "deployments.yaml"
    assert repo.read("deployments.yaml") == "new\n"
    assert repo.git("status", "--porcelain") == before
    assert repo.git("fsck", "--strict") == ""


def test_a_branch_that_nobody_has_checked_out_moves_alone(repo: Repo) -> None:
    repo.git("switch", "--quiet", "--create", "other")
    commit = commit_files(found(repo.path), *edit(repo))
    assert repo.git("rev-parse", "main") == commit
    assert repo.head != commit
    assert repo.read("deployments.yaml") == "format: 1\nenvironments: {}\n"


def test_another_worktree_moves_along(repo: Repo, tmp_path: Path) -> None:
    repo.git("switch", "--quiet", "--create", "other")
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "main")
    commit_files(found(repo.path), *edit(repo))
    tree = Repo(tmp_path / "tree")
    assert tree.read("deployments.yaml") == "new\n"
    assert tree.git("status", "--porcelain") == ""


def test_a_file_in_a_folder_is_committed_there(repo: Repo) -> None:
    repo.commit("folder", {"a/b/deployments.yaml": "old\n", "a/keep": "x", "z": "y"})
    commit_files(found(repo.path), *edit(repo, path="a/b/deployments.yaml"))
    assert repo.git("show", "--name-only", "--format=", "HEAD") == "a/b/deployments.yaml"
    assert repo.git("status", "--porcelain") == ""


@pytest.mark.parametrize("how", ["staged", "dirty"])
def test_an_edited_file_stands_in_the_way(repo: Repo, how: str) -> None:
    repo.write("deployments.yaml", "mine\n")
    if how == "staged":
        repo.git("add", "deployments.yaml")
    before, status = repo.head, repo.git("status", "--porcelain")
    with pytest.raises(BasaltError, match="nothing was moved") as caught:
        commit_files(found(repo.path), *edit(repo))
    assert caught.value.hint
    assert (repo.head, repo.git("status", "--porcelain")) == (before, status)


def test_who_comes_second_loses(repo: Repo) -> None:
    stale = edit(repo)
    repo.git("switch", "--quiet", "--create", "other")
    commit_files(found(repo.path), *edit(repo, "first\n"))
    with pytest.raises(LostRaceError):
        commit_files(found(repo.path), *stale)
    assert repo.git("show", "main:deployments.yaml") == "first"


@pytest.mark.parametrize("lock", ["index.lock", "refs/heads/main.lock"])
def test_a_lock_is_named_with_its_age(repo: Repo, lock: str) -> None:
    path = repo.path / ".git" / lock
    path.touch()
    os.utime(path, (time.time() - 60, time.time() - 60))
    before = repo.head
    with pytest.raises(BasaltError, match=r"6\d seconds old; nothing was moved"):
        commit_files(found(repo.path), *edit(repo))
    assert repo.head == before
    assert repo.read("deployments.yaml") == "format: 1\nenvironments: {}\n"


def test_a_rebase_of_the_branch_stands_in_the_way(repo: Repo) -> None:
    repo.commit("one", {"x": "1"})
    repo.git("switch", "--quiet", "--create", "side", "HEAD~1")
    repo.commit("two", {"x": "2"})
    repo.git("switch", "--quiet", "main")
    repo.git("rebase", "side", check=False)
    with pytest.raises(BasaltError, match="main is being rebased in"):
        commit_files(found(repo.path), *edit(repo))


def test_a_bisection_stands_in_the_way(repo: Repo) -> None:
    repo.commit("one", {"x": "1"})
    repo.commit("two", {"x": "2"})
    repo.git("bisect", "start", "HEAD", "HEAD~2")
    with pytest.raises(BasaltError, match="main is being bisected in"):
        commit_files(found(repo.path), *edit(repo))


def test_without_a_name_nothing_is_committed(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    repo.git("config", "user.useConfigOnly", "true")
    before = repo.head
    with pytest.raises(GitError, match="git does not know who you are") as caught:
        commit_files(found(repo.path), *edit(repo))
    assert caught.value.hint is not None
    assert "user.name" in caught.value.hint
    assert repo.head == before


def test_a_hook_does_not_lead_the_writer_astray(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_repo(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    file = FileEdit("deployments.yaml", b"format: 1\nenvironments: {}\n", b"new\n")
    commit_files(found(repo.path), "main", CommitEdit(_head(repo), (file,), "Subject\n"))
    assert repo.read("deployments.yaml") == "new\n"
    assert os.environ["GIT_DIR"] == str(other.path / ".git")


def _head(repo: Repo) -> str:
    return (repo.path / ".git/refs/heads/main").read_text().strip()
