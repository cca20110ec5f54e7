"""Lists of prompts, and the environments and releases of a version."""

from __future__ import annotations

from pathlib import Path

from basalt_cli.model.pointer import Pointer
from basalt_cli.versions.listing import find_environments, find_releases, list_prompts, read_releases
from basalt_cli.workspace.project import open_project

from tests.cli.checking import Basalt
from tests.support import PROMPT, Repo


def test_prompts_of_the_working_tree_with_what_runs(repo: Repo, basalt: Basalt) -> None:
    basalt("promote", "greeting", "--to", "staging")
    repo.write("prompts/new.yaml", PROMPT)
    repo.write("prompts/broken.yaml", "prompt: [\n")
    project = open_project(repo.path)
    listed = {found.slug: found for found in list_prompts(project)}
    assert list(listed) == ["broken", "greeting", "new"]
    first = repo.git("rev-list", "--max-parents=0", "HEAD")
    assert listed["greeting"].environments == {"staging": first}
    assert (listed["new"].environments, listed["broken"].prompt) == ({}, None)
    project.close()


def test_a_bare_clone_lists_the_trunk(repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    project = open_project(tmp_path / "bare.git")
    assert project.root is None
    assert [found.slug for found in list_prompts(project)] == ["greeting"]
    project.close()


def test_environments_that_run_a_digest() -> None:
    one, two = Pointer("a" * 40, "sha256:1"), Pointer("b" * 40, "sha256:2")
    pointers = {"staging": {"x": one}, "production": {"x": two, "y": one}, "canary": {"x": one}}
    assert find_environments(pointers, "x", "sha256:1") == ("staging", "canary")
    assert find_environments(pointers, "z", "sha256:1") == ()


def test_a_release_may_stand_on_a_later_commit_than_its_version(repo: Repo) -> None:
    repo.commit("Something else", {"README.md": "x\n"})
    repo.git("tag", "-a", "-m", "x", "greeting@v1.0.0")
    repo.git("tag", "-a", "-m", "x", "greeting@v1.1.0")
    repo.git("tag", "-a", "-m", "x", "gone@v1.0.0")
    project = open_project(repo.path)
    (digest,) = find_releases(project, "greeting")
    assert find_releases(project, "greeting")[digest] == ["v1.0.0", "v1.1.0"]
    assert read_releases(project) == {("greeting", digest): "v1.1.0"}
    project.close()
