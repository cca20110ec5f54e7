"""Where basalt remembers: found without git, and never where a branch can write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from basalt_cli.git.read import discover
from basalt_cli.stores.place import describe_tools, find_cache_folder, find_folder, in_repository, is_safe

from tests.support import Repo, make_repo


def test_it_is_in_the_git_directory_that_git_itself_names(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", str(tmp_path / "second"))
    inner = make_repo(tmp_path / "inner")
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "sub")
    separate = tmp_path / "separate"
    repo.git("init", "--quiet", "--separate-git-dir", str(tmp_path / "elsewhere.git"), str(separate))
    (repo.path / "deep/down").mkdir(parents=True)
    for folder in (repo.path, repo.path / "deep/down", tmp_path / "second", repo.path / "sub", separate):
        repository = discover(folder)
        assert repository is not None
        assert find_folder(folder.resolve()) == in_repository(os.path.realpath(repository.common_dir))


@pytest.mark.parametrize(
    "content", [b"", b"gitdir: nowhere\n", b"gitdir\n", b"\xff\n", b"gitdir: \0\n", b"gitdir: .\n", b"other: .git2\n"]
)
def test_a_git_file_that_leads_nowhere_means_no_place(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".git").write_bytes(content)
    assert find_folder(tmp_path / "project") is None


def test_a_git_folder_that_is_none_or_a_link_means_no_place(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "empty/.git").mkdir(parents=True)
    assert find_folder(tmp_path / "empty") is None
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/.git").symlink_to(repo.path / ".git")
    assert find_folder(tmp_path / "linked") is None


def test_outside_a_repository_it_is_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    first, second = find_folder(tmp_path / "one"), find_folder(tmp_path / "two")
    assert first is not None
    assert second is not None
    assert first != second
    assert first.parent == second.parent == tmp_path / "home/.cache/basalt" == find_cache_folder()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert find_cache_folder() == tmp_path / "xdg/basalt"
    monkeypatch.setenv("BASALT_CACHE_DIR", str(tmp_path / "own"))
    assert find_cache_folder() == tmp_path / "own"


@pytest.mark.parametrize("cache", ["relative", "project", "project/.cache", "link"])
def test_a_cache_in_the_project_means_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: str) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "link").symlink_to("project")
    monkeypatch.setenv("XDG_CACHE_HOME", cache if cache == "relative" else str(tmp_path / cache))
    assert find_folder(tmp_path / "project") is None


def test_links_and_files_are_not_safe(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "file").write_bytes(b"")
    found = {name: is_safe(tmp_path / name) for name in ("link", "file", "absent", ".")}
    assert found == {"link": False, "file": False, "absent": True, ".": True}


def test_the_tools_are_our_sources_and_no_compiled_files() -> None:
    described = describe_tools()
    assert any("/stores/place.py " in line for line in described)
    assert not any("__pycache__" in line for line in described)
