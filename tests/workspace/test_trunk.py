"""The trunk: which tip counts, and whose configuration."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.workspace.project import Project, open_project
from basalt_cli.workspace.trunk import (
    Trunk,
    find_trunk,
    get_earlier_trunk,
    get_environment,
    get_trunk,
    read_policy,
    require_environment,
    require_full_history,
)

from tests.support import CONFIG, Repo


@pytest.fixture
def clone(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A clone of ``repo``, whose main follows origin/main."""
    repo.git("clone", "--quiet", ".", str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    return Repo(tmp_path / "clone")


def trunk_of(repo: Repo) -> Trunk:
    project = open_project(repo.path)
    trunk = get_trunk(project)
    project.close()
    return trunk


def test_without_an_upstream_the_local_branch(repo: Repo) -> None:
    assert trunk_of(repo) == Trunk(repo.head, "refs/heads/main", repo.head, None)
    assert trunk_of(repo).shared_name == "main"


def test_the_side_that_contains_the_other(repo: Repo, clone: Repo) -> None:
    old = clone.head
    new = repo.commit("New")
    clone.git("fetch", "--quiet")
    assert trunk_of(clone) == Trunk(new, "refs/remotes/origin/main", old, new, "refs/remotes/origin/main")
    assert trunk_of(clone).shared_name == "origin/main"
    clone.git("merge", "--quiet", "--ff-only")
    ahead = clone.commit("Ahead")
    assert trunk_of(clone)[:4] == (ahead, "refs/heads/main", ahead, new)


def test_where_they_diverged_the_upstream_with_a_warning(repo: Repo, clone: Repo) -> None:
    local, there = clone.commit("Here"), repo.commit("There")
    clone.git("fetch", "--quiet")
    trunk = trunk_of(clone)
    assert (trunk.commit, trunk.local, trunk.upstream) == (there, local, there)
    assert trunk.warning == "main and origin/main have diverged; pointers are read from the latter"


def test_a_checkout_without_the_branch_uses_the_remotes(clone: Repo) -> None:
    clone.git("switch", "--quiet", "--detach")
    clone.git("branch", "--quiet", "-D", "main")
    trunk = trunk_of(clone)
    assert (trunk.ref, trunk.local) == ("refs/remotes/origin/main", None)


def test_an_upstream_of_another_name(repo: Repo, clone: Repo) -> None:
    repo.git("branch", "release/next")
    clone.git("fetch", "--quiet")
    clone.git("branch", "--quiet", "--set-upstream-to", "origin/release/next", "main")
    ahead = repo.git("commit-tree", "release/next^{tree}", "-p", "release/next", "-m", "Ahead")
    repo.git("update-ref", "refs/heads/release/next", ahead)
    clone.git("fetch", "--quiet")
    assert trunk_of(clone).upstream_ref == "refs/remotes/origin/release/next"
    assert trunk_of(clone).commit == ahead


def test_a_missing_trunk_says_how_to_get_it(repo: Repo) -> None:
    repo.git("branch", "-m", "main", "other")
    project = open_project(repo.path)
    assert find_trunk(project) is None
    with pytest.raises(NotFoundError) as raised:
        get_trunk(project)
    assert raised.value.message == "the trunk 'main' is not in this clone"
    assert raised.value.hint == "Set trunk: in basalt.yaml (branches here: other)."
    repo.git("remote", "add", "origin", "https://example.invalid/x.git")
    with pytest.raises(NotFoundError) as raised:
        get_trunk(project)
    assert raised.value.hint == (
        "Fetch it: git fetch origin main:refs/remotes/origin/main; or set trunk: in basalt.yaml (branches here: other)."
    )
    project.close()


def test_a_repository_without_commits(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.git("init", "--quiet", "--initial-branch=main")
    repo.write("basalt.yaml", CONFIG)
    project = open_project(repo.path)
    with pytest.raises(NotFoundError) as raised:
        get_trunk(project)
    assert raised.value.message == "the trunk 'main' has no commits yet"
    assert raised.value.hint == "Commit your prompts on main: versions are commits."


def test_an_earlier_trunk(repo: Repo, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2000000000 +0000")
    then = repo.commit("Then")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2000000500 +0000")
    repo.commit("Now")
    trunk = get_earlier_trunk(project, 2_000_000_499)
    assert (trunk.commit, trunk.as_of) == (then, 2_000_000_499)
    with pytest.raises(NotFoundError) as raised:
        get_earlier_trunk(project, 1000)
    assert raised.value.hint == "Name a later time; basalt log shows the versions."


def test_the_trunks_configuration_counts(repo: Repo) -> None:
    repo.write("basalt.yaml", CONFIG + "prompts: elsewhere\n")
    project = open_project(repo.path)
    assert project.config.prompts == "elsewhere"
    assert read_policy(project, get_trunk(project)).prompts == "prompts"
    repo.git("rm", "--quiet", "--cached", "basalt.yaml")
    repo.git("commit", "--quiet", "-m", "Without")
    assert read_policy(project, get_trunk(project)).prompts == "elsewhere"
    project.close()


def test_a_branch_cannot_choose_the_trunk(repo: Repo) -> None:
    repo.git("branch", "mine")
    repo.write("basalt.yaml", CONFIG.replace("trunk: main", "trunk: mine"))
    project = open_project(repo.path)
    with pytest.raises(BasaltError) as raised:
        read_policy(project, get_trunk(project))
    assert raised.value.message == "basalt.yaml here has trunk: 'mine', and there it has trunk: 'main'"
    project.close()


def test_environments_are_those_of_the_policy(repo: Repo) -> None:
    repo.write("basalt.yaml", CONFIG + "  canary: {}\n")
    project = open_project(repo.path)
    policy = read_policy(project, get_trunk(project))
    assert get_environment(project, policy, "staging").name == "staging"
    with pytest.raises(NotFoundError) as raised:
        get_environment(project, policy, "canary")
    assert raised.value.message == "there is no environment 'canary' on main"
    assert raised.value.hint == "The working tree's basalt.yaml declares it: commit that, and merge it into main."
    with pytest.raises(NotFoundError) as raised:
        get_environment(project, policy, "stagin")
    assert raised.value.hint == "Did you mean 'staging'? Environments in basalt.yaml on main: staging, production."
    require_environment(project, "canary")
    with pytest.raises(NotFoundError, match="there is no environment 'stagin'"):
        require_environment(project, "stagin")
    project.close()


def test_a_shallow_clone_lacks_the_history(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Two")
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    project = open_project(tmp_path / "shallow")
    with pytest.raises(BasaltError) as raised:
        require_full_history(project, "a promotion")
    assert raised.value.message == "this is a shallow clone, and a promotion needs the history"
    project.close()
