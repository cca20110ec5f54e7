from __future__ import annotations

import os
from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, GitError
from basalt_cli.git.objects import ObjectReader
from basalt_cli.git.process import read_environment, run_git
from basalt_cli.git.read import Repository, discover
from basalt_cli.workspace.prompt_tree import CommitTree, WorkingTree

from tests.support import Repo


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
