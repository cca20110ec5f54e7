"""Files in the index, in a tree, and on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.git.files import ListedFile, list_in_index, list_in_tree, list_on_disk

from tests.git.repositories import found
from tests.support import Repo

ODD = b"src/caf\xe9 \t\n.py".decode(errors="surrogateescape")


@pytest.fixture
def filled(repo: Repo) -> Repo:
    """A repository with files below ``src``, one of them with an odd name."""
    repo.commit("files", {"src/a.py": "a\n", "src/deep/b.py": "b\n", ".gitignore": "*.log\n"})
    (repo.path / ODD).write_text("odd")
    repo.commit("odd")
    return repo


def test_files_of_a_tree_have_mode_and_blob(filled: Repo) -> None:
    files = list_in_tree(found(filled.path), "HEAD", ["src"])
    assert [file.path for file in files] == ["src/a.py", ODD, "src/deep/b.py"]
    assert files[0] == ListedFile("src/a.py", "100644", filled.git("rev-parse", "HEAD:src/a.py"))
    assert list_in_tree(found(filled.path / "src"), "HEAD", ["src/deep"]) == [files[2]]
    assert list_in_tree(found(filled.path), "HEAD^{tree}", ["src/*.py"]) == []


def test_files_of_the_index_are_those_that_are_staged(filled: Repo) -> None:
    filled.write("src/a.py", "staged\n")
    filled.git("add", "src/a.py")
    filled.write("src/a.py", "on disk\n")
    filled.git("rm", "--quiet", "--cached", "src/deep/b.py")
    files = list_in_index(found(filled.path), ["src"])
    assert [file.path for file in files] == ["src/a.py", ODD]
    assert filled.git("cat-file", "blob", files[0].object_id) == "staged"


def test_files_in_conflict_are_left_out(filled: Repo) -> None:
    filled.git("switch", "--quiet", "--create", "side")
    filled.commit("side", {"src/a.py": "side\n"})
    filled.git("switch", "--quiet", "main")
    filled.commit("main", {"src/a.py": "main\n"})
    filled.git("merge", "side", check=False)
    assert [file.path for file in list_in_index(found(filled.path), ["src"])] == [ODD, "src/deep/b.py"]


@pytest.mark.parametrize("relative", [True, False])
def test_inside_a_hook_the_index_is_that_of_the_commit(
    filled: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative: bool
) -> None:
    index = filled.path / ".git" / "other-index" if relative else tmp_path / "index"
    with monkeypatch.context() as patch:
        patch.setenv("GIT_INDEX_FILE", str(index))
        filled.write("new.py", "x")
        filled.git("add", "new.py")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/other-index" if relative else str(index))
    monkeypatch.chdir(tmp_path)
    assert [file.path for file in list_in_index(found(filled.path), ["."])] == ["new.py"]


def test_files_on_disk_are_tracked_or_not_ignored(filled: Repo) -> None:
    filled.write("src/new.py", "")
    filled.write("src/x.log", "")
    (filled.path / "src/a.py").unlink()
    assert sorted(list_on_disk(found(filled.path), ["src"])) == sorted(["src/a.py", ODD, "src/deep/b.py", "src/new.py"])
    assert list_on_disk(found(filled.path), ["none"]) == []
