"""Projects: where they are found, what they read, and the same project under another configuration."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.project_root import find_root

from tests.cli.checking import OpenAt
from tests.support import CONFIG, PROMPT, Repo


def test_the_nearest_folder_with_a_configuration(repo: Repo, open_at: OpenAt) -> None:
    deep = repo.path / "prompts" / "a" / "b"
    deep.mkdir(parents=True)
    assert find_root(deep) == repo.path.resolve()
    assert open_at(deep).root == repo.path.resolve()


def test_the_search_ends_at_the_top_of_the_repository(repo: Repo, open_at: OpenAt) -> None:
    inner = repo.path / "inner"
    inner.mkdir()
    Repo(inner).git("init", "--quiet")
    assert find_root(inner) is None
    with pytest.raises(NotFoundError) as raised:
        open_at(inner)
    assert raised.value.message == f"no basalt.yaml in {inner} or the folders above it"
    assert raised.value.hint == "Run basalt init to start one here, or give the folder with basalt -C DIR."


def test_a_project_below_the_top(repo: Repo, open_at: OpenAt) -> None:
    repo.commit("Below", {"services/chat/basalt.yaml": CONFIG, "services/chat/prompts/hi.yaml": PROMPT})
    project = open_at(repo.path / "services" / "chat")
    assert (project.prefix, project.git_folder) == ("services/chat/", "services/chat/prompts")
    assert project.path_of_slug("hi") == "prompts/hi.yaml"
    assert project.open_commit(repo.head).list_paths() == ("hi.yaml",)
    assert project.read_committed(repo.head, "basalt.yaml") == CONFIG.encode()
    assert project.read_committed(repo.head, "deployments.yaml") is None
    project.close()


def test_a_bare_repository_is_read_at_head(repo: Repo, tmp_path: Path, open_at: OpenAt) -> None:
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    project = open_at(tmp_path / "bare.git")
    assert (project.root, project.prefix, project.config.trunk) == (None, "", "main")
    with pytest.raises(BasaltError, match="a bare repository has no working tree"):
        project.open_tree(None)
    project.close()
    (tmp_path / "empty.git").mkdir()
    Repo(tmp_path / "empty.git").git("init", "--quiet", "--bare")
    with pytest.raises(NotFoundError, match=r"the repository has no basalt\.yaml at HEAD"):
        open_at(tmp_path / "empty.git")


def test_outside_a_repository_the_working_tree_alone(tmp_path: Path, open_at: OpenAt) -> None:
    (tmp_path / "basalt.yaml").write_text(CONFIG)
    project = open_at(tmp_path)
    assert project.find_repository() is None
    with pytest.raises(BasaltError, match="is not in a git repository"):
        _ = project.repository
    with pytest.raises(NotFoundError) as raised:
        project.open_tree(None)
    assert raised.value.message == "the prompts folder prompts/ does not exist"


def test_the_index_is_read_as_it_is_staged(repo: Repo, project: Project) -> None:
    repo.write("prompts/staged.yaml", PROMPT)
    repo.git("add", "prompts/staged.yaml")
    repo.write("prompts/loose.yaml", PROMPT)
    assert project.open_staged().list_paths() == ("greeting.yaml", "staged.yaml")


def test_a_link_in_the_place_of_a_file_is_refused(repo: Repo, project: Project) -> None:
    (repo.path / "deployments.yaml").unlink()
    (repo.path / "deployments.yaml").symlink_to("elsewhere.yaml")
    head = repo.commit("Link")
    with pytest.raises(BasaltError) as raised:
        project.read_committed(head, "deployments.yaml")
    assert raised.value.message == f"deployments.yaml is a link, a folder or a submodule at {head[:9]}"
    assert raised.value.hint == "Replace deployments.yaml by a regular file, and commit it."
    assert project.find_file_at(head, "deployments.yaml") is None
    assert project.find_file_at(head, "basalt.yaml") == repo.git("rev-parse", "HEAD:basalt.yaml")


def test_the_same_project_under_another_configuration(repo: Repo, project: Project) -> None:
    policy = project.config._replace(prompts="elsewhere", trunk="other")
    other = project.under(policy)
    assert (other.config.prompts, other.config.trunk) == ("elsewhere", "main")
    assert (project.config.prompts, other.root) == ("prompts", project.root)
    assert other.objects is project.objects
    assert project.under(project.config) is project


def test_a_snapshot_of_refs_does_not_change(repo: Repo, project: Project, open_at: OpenAt) -> None:
    repo.git("tag", "-a", "-m", "x", "one")
    project.snapshot_refs()
    repo.git("tag", "-a", "-m", "x", "two")
    assert [tag.name for tag in project.list_tags()] == ["one"]
    assert [tag.name for tag in open_at(repo.path).list_tags()] == ["one", "two"]
    assert list(project.list_followed()) == ["refs/heads/main"]
