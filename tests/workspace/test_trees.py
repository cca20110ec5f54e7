"""Prompts on disk and at a commit."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from basalt_cli.git.objects import ObjectReader
from basalt_cli.workspace.prompt_tree import CommitTree, WorkingTree

from tests.git.repositories import found
from tests.support import Repo


@pytest.fixture
def reader(repo: Repo) -> Iterator[ObjectReader]:
    """Read objects of ``repo``."""
    opened = ObjectReader(found(repo.path))
    yield opened
    opened.close()


def test_files_are_read_at_a_commit(repo: Repo, reader: ObjectReader) -> None:
    tree = CommitTree(reader, repo.head, "prompts")
    assert tree.list_paths() == ("greeting.yaml",)
    assert tree.read("greeting.yaml") == (repo.path / "prompts/greeting.yaml").read_bytes()
    assert [tree.read(path) for path in ("nope.yaml", "../basalt.yaml", "a/b/c")] == [None] * 3


def test_links_and_submodules_are_not_followed(repo: Repo, reader: ObjectReader, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("secret")
    (repo.path / "prompts/link.md").symlink_to(secret)
    (repo.path / "prompts/folder").symlink_to(tmp_path)
    repo.commit("links")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head},prompts/module")
    repo.git("commit", "--quiet", "-m", "module")
    for tree in (WorkingTree(repo.path / "prompts"), CommitTree(reader, repo.head, "prompts")):
        assert tree.read("link.md") is None
        assert tree.is_link("link.md")
        assert tree.read("folder/secret.md") is None
        assert tree.read("module") is None
        assert tree.list_paths() == ("greeting.yaml",)
        assert not tree.is_link("greeting.yaml")
        assert not tree.is_link("nope")


def test_a_pipe_does_not_block_the_reader(repo: Repo) -> None:
    os.mkfifo(repo.path / "prompts/pipe.md")
    assert WorkingTree(repo.path / "prompts").read("pipe.md") is None
