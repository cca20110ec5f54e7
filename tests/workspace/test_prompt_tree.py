"""The prompts folder on disk, in the index, at a commit, and with one file replaced."""

from __future__ import annotations

import pytest
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import LARGEST_FILE_BYTES, OverlaidTree, PromptTree, hash_blob

from tests.support import Repo


@pytest.fixture(params=["disk", "index", "commit"])
def tree(request: pytest.FixtureRequest, repo: Repo, project: Project) -> PromptTree:
    """One folder, read in three ways: a file, a nested one, a large one, a link and a linked folder."""
    repo.write("prompts/a/b.yaml", "x: 1\n")
    repo.write("prompts/large.md", "x" * (LARGEST_FILE_BYTES + 50))
    repo.write("secret.md", "secret\n")
    (repo.path / "prompts/link.md").symlink_to("../secret.md")
    (repo.path / "prompts/folder").symlink_to("a")
    head = repo.commit("Files")
    if request.param == "index":
        return project.open_staged()
    return project.open_tree(head if request.param == "commit" else None)


def test_paths_are_those_of_regular_files(tree: PromptTree) -> None:
    assert tree.list_paths() == ("a/b.yaml", "greeting.yaml", "large.md")


def test_contents(tree: PromptTree) -> None:
    assert tree.read("a/b.yaml") == b"x: 1\n"
    assert tree.read("a") is None
    assert tree.read("gone.yaml") is None
    assert len(tree.read("large.md") or b"") == LARGEST_FILE_BYTES + 1


def test_links_are_named_and_not_followed(tree: PromptTree) -> None:
    assert [tree.is_link(path) for path in ("link.md", "folder", "a/b.yaml", "gone")] == [True, True, False, False]
    assert tree.read("link.md") is None
    assert tree.read("folder/b.yaml") is None


def test_a_path_that_no_file_system_has(repo: Repo, project: Project) -> None:
    tree = project.open_tree(None)
    for path in ("a\0b", "x" * 5000, "greeting.yaml/x", "\ud800"):
        assert tree.read(path) is None


def test_one_file_is_replaced(project: Project) -> None:
    tree = OverlaidTree(project.open_tree(None), "new.yaml", b"y: 2\n")
    assert tree.list_paths() == ("greeting.yaml", "new.yaml")
    assert (tree.read("new.yaml"), tree.is_link("new.yaml")) == (b"y: 2\n", False)
    assert tree.read("greeting.yaml") is not None


def test_a_blob_id_is_gits(repo: Repo) -> None:
    data = (repo.path / "prompts/greeting.yaml").read_bytes()
    assert hash_blob(data) == repo.git("rev-parse", "HEAD:prompts/greeting.yaml")
