"""Promotions that are pushed, proposed and merged: a remote, other people, and hosts that say no."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from tests.cli.checking import Basalt, checked
from tests.support import PROMPT, Repo, make_repo

POLICY = "trunk: main\ndeployments: {kind}\nenvironments:\n  staging: {{}}\n  production: {{from: staging}}\n"


@pytest.fixture(params=["file", "tags"])
def kind(request: pytest.FixtureRequest) -> str:
    """Where the pointers are kept."""
    name: str = request.param
    return name


class Team:
    """Two clones of one bare repository."""

    def __init__(self, folder: Path, kind: str) -> None:
        start = make_repo(
            folder / "start",
            {"prompts/a.yaml": PROMPT, "prompts/b.yaml": PROMPT, "basalt.yaml": POLICY.format(kind=kind)},
        )
        self.first = start.head
        self.hub = folder / "hub.git"
        start.git("clone", "--quiet", "--bare", str(start.path), str(self.hub))
        self.ada, self.bob = (self._clone(folder / name) for name in ("ada", "bob"))

    def _clone(self, folder: Path) -> Repo:
        Repo(self.hub).git("clone", "--quiet", str(self.hub), str(folder))
        return Repo(folder)

    def hook(self, name: str, text: str) -> None:
        path = self.hub / "hooks" / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def refs(self) -> str:
        return Repo(self.hub).git("for-each-ref")


@pytest.fixture
def team(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> Team:
    """A team whose pointers are kept in one of the two places; we are Ada."""
    made = Team(tmp_path, kind)
    monkeypatch.chdir(made.ada.path)
    return made


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    """A team that keeps its pointers in the file; we are Ada."""
    made = Team(tmp_path, "file")
    monkeypatch.chdir(made.ada.path)
    return made


def as_bob(team: Team, basalt: Basalt, *arguments: str, code: int = 0) -> Any:
    return basalt("-C", str(team.bob.path), *arguments, code=code)


def running(outcome: Any) -> dict[str, dict[str, str]]:
    prompts = checked(outcome, "status")["prompts"]
    return {p["slug"]: {name: found["version"] for name, found in p["environments"].items()} for p in prompts}


def test_another_prompt_that_moved_is_no_reason_to_lose(team: Team, basalt: Basalt) -> None:
    as_bob(team, basalt, "promote", "b", "--to", "staging", "--push")
    basalt("promote", "a", "--to", "staging", "--push")
    as_bob(team, basalt, "promote", "a", "--to", "production", "--push")
    basalt("promote", "b", "--to", "production", "--push")
    everywhere = {"staging": team.first, "production": team.first}
    assert running(basalt("-C", str(team.hub), "status", "--format", "json")) == {"a": everywhere, "b": everywhere}
    assert running(basalt("status", "--format", "json")) == {"a": everywhere, "b": everywhere}


def test_whoever_saw_an_old_value_loses(team: Team, basalt: Basalt, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pointer moves after our plan was made, and before our push arrives."""
    from basalt_cli.pointers import file_writer, tag_writer

    module, name = (file_writer, "push_commit") if kind == "file" else (tag_writer, "fetch_pointers")
    original = getattr(module, name)
    moves = iter(["a"])

    def overtake(*arguments: Any) -> Any:
        for slug in moves:
            monkeypatch.setenv("GIT_AUTHOR_NAME", "Bob")
            monkeypatch.setenv("GIT_COMMITTER_NAME", "Bob")
            from basalt_cli.environments.planning import plan_promotion
            from basalt_cli.environments.plans import apply_plan
            from basalt_cli.environments.request import Request
            from basalt_cli.pointers.trunk_state import TrunkState
            from basalt_cli.pointers.types import Delivery
            from basalt_cli.workspace.project import open_project

            project = open_project(team.bob.path)
            state = TrunkState(project)
            apply_plan(state, plan_promotion(state, Request((slug,), "staging")), Delivery("origin"))
            project.close()
        return original(*arguments)

    # The tag backend fetches once before the plan, which must not be overtaken.
    from basalt_cli.cli import moving

    monkeypatch.setattr(moving, "fetch_state", lambda project, name: _fetch_plainly(project, kind))
    monkeypatch.setattr(module, name, overtake)
    outcome = basalt("promote", "a", "--to", "staging", "--push", code=4)
    assert "a in staging has changed since the plan was made: Bob moved it to" in outcome.err
    assert "nothing was moved" in outcome.err
    assert len(checked(basalt("-C", str(team.hub), "history", "--format", "json"), "history")["events"]) == 1


def _fetch_plainly(project: Any, kind: str) -> tuple[Any, str]:
    from basalt_cli.pointers.pushing import fetch_trunk
    from basalt_cli.pointers.trunk_state import TrunkState

    return TrunkState(project, fetch_trunk(project, "origin")), "origin"


def test_a_host_that_refuses_is_told_apart(team: Team, basalt: Basalt, kind: str) -> None:
    team.hook("update", "echo 'GH006: Protected branch update failed' >&2; exit 1")
    before = team.refs()
    outcome = basalt("promote", "a", "--to", "staging", "--push", code=3)
    assert "origin refuses the push to" in outcome.err
    assert "GH006: Protected branch update failed" in outcome.err
    assert ("--branch NAME" if kind == "file" else "for the right to push tags") in outcome.err
    assert team.refs() == before
    assert running(basalt("status", "--format", "json"))["a"] == {}


def test_a_lost_acknowledgement_is_looked_up(team: Team, basalt: Basalt) -> None:
    """The server moves the ref, and dies before it answers."""
    team.hook("post-update", "kill -9 $PPID; sleep 1")
    outcome = basalt("promote", "a", "--to", "staging", "--push")
    assert "staging moved" in outcome.out
    (team.hub / "hooks/post-update").unlink()
    assert len(checked(basalt("-C", str(team.hub), "history", "--format", "json"), "history")["events"]) == 1
    assert "runs in staging already" in basalt("promote", "a", "--to", "staging", "--push").out


def test_a_server_that_dies_first_has_moved_nothing(team: Team, basalt: Basalt) -> None:
    team.hook("pre-receive", "kill -9 $PPID; sleep 1")
    before = team.refs()
    outcome = basalt("promote", "a", "--to", "staging", "--push", code=3)
    assert "nothing was moved" in outcome.err
    assert team.refs() == before
    assert running(basalt("status", "--format", "json"))["a"] == {}


def test_a_remote_that_is_gone_is_said(team: Team, basalt: Basalt) -> None:
    team.hub.rename(team.hub.with_name("gone.git"))
    assert "origin could not be read" in basalt("promote", "a", "--to", "staging", "--push", code=3).err
    assert "there is no remote 'nope'" in basalt("promote", "a", "--to", "staging", "--push=nope", code=3).err


def test_a_rollback_is_pushed_too(team: Team, basalt: Basalt) -> None:
    basalt("promote", "a", "--to", "staging", "--push")
    team.ada.commit("New", {"prompts/a.yaml": PROMPT.replace("Hello", "Hi")})
    team.ada.git("push", "--quiet")
    as_bob(team, basalt, "promote", "a", "--to", "staging", "--push")
    basalt("rollback", "a", "--env", "staging", "--push")
    assert running(basalt("-C", str(team.hub), "status", "--format", "json"))["a"] == {"staging": team.first}


def test_a_bare_clone_promotes(team: Team, basalt: Basalt, kind: str) -> None:
    basalt("-C", str(team.hub), "promote", "a", "--to", "staging")
    assert running(basalt("-C", str(team.hub), "status", "--format", "json"))["a"] == {"staging": team.first}
    before = team.refs()
    code, message = {
        "file": (3, "error: a bare repository has no file to edit\n"),
        "tags": (2, "error: pointers are tags here, and a tag cannot be proposed\n"),
    }[kind]
    refused = basalt("-C", str(team.hub), "promote", "b", "--to", "staging", "--no-commit", code=code)
    assert refused.err.startswith(message)
    assert team.refs() == before


def test_unpushed_work_stays_unpushed(files: Team, basalt: Basalt) -> None:
    mine = files.ada.commit("Not for others yet", {"prompts/b.yaml": PROMPT.replace("Hello", "Hi")})
    refused = basalt("promote", "b", "--to", "staging", code=1)
    assert "not yet in origin/main" in refused.err
    basalt("promote", "a", "--to", "staging", "--push")
    assert mine not in Repo(files.hub).git("rev-list", "main")
    assert files.ada.head == mine
    assert "main and origin/main have diverged" in basalt("status").err
    assert running(basalt("status", "--format", "json"))["a"] == {"staging": files.first}
    refused = basalt("promote", "b", "--to", "staging", "--version", files.first, code=3)
    assert "main has diverged from origin/main; nothing was moved" in refused.err


def test_the_local_trunk_follows_where_it_can(files: Team, basalt: Basalt) -> None:
    basalt("promote", "a", "--to", "staging", "--push")
    assert files.ada.head == Repo(files.hub).git("rev-parse", "main")
    assert files.ada.git("status", "--porcelain") == ""
    as_bob(files, basalt, "promote", "b", "--to", "staging", "--push")
    files.bob.git("switch", "--quiet", "-c", "elsewhere")
    basalt("promote", "a", "--to", "production", "--push")
    as_bob(files, basalt, "promote", "b", "--to", "production", "--push")
    assert files.bob.git("rev-parse", "main") == Repo(files.hub).git("rev-parse", "main")
    outcome = basalt("promote", "b", "--to", "staging", "--version", files.first, "--push")
    assert "runs in staging already" in outcome.out
    files.ada.write("deployments.yaml", files.ada.read("deployments.yaml") + "# mine\n")
    files.ada.git("fetch", "--quiet")
    basalt("rollback", "b", "--env", "staging", "--to", "nothing", "--push")
    assert files.ada.read("deployments.yaml").endswith("# mine\n")


def test_the_upstream_ahead_behind_and_parted(files: Team, basalt: Basalt) -> None:
    as_bob(files, basalt, "promote", "b", "--to", "staging", "--push")
    files.ada.git("fetch", "--quiet")
    refused = basalt("promote", "a", "--to", "staging", code=3)
    assert "main is behind origin/main; nothing was moved" in refused.err
    assert "--push" in refused.err
    files.ada.git("merge", "--quiet", "--ff-only", "origin/main")
    files.ada.commit("Ahead", {"README.md": "ahead"})
    basalt("promote", "a", "--to", "staging")
    as_bob(files, basalt, "promote", "b", "--to", "production", "--push")
    files.ada.git("fetch", "--quiet")
    parted = basalt("promote", "b", "--to", "production", "--version", "latest", code=None)
    assert "main and origin/main have diverged" in parted.err


def test_a_proposal_moves_nothing_until_it_is_merged(files: Team, basalt: Basalt) -> None:
    done = checked(
        basalt("promote", "a", "--to", "staging", "--branch", "go", "--push", "--reason", "please", "--format", "json"),
        "promote",
    )
    assert (done["applied"], done["proposed"]) == (False, "go")
    assert running(basalt("status", "--format", "json"))["a"] == {}
    assert files.ada.git("diff", "--name-only", "main", "go") == "deployments.yaml"
    assert Repo(files.hub).git("rev-parse", "go") == done["commit"]
    assert "exists already" in basalt("promote", "a", "--to", "staging", "--branch", "go", code=3).err
    assert files.ada.git("status", "--porcelain", "--branch") == "## main...origin/main"


@pytest.mark.parametrize("way", ["merge", "squash", "rebase", "edited"])
def test_history_is_right_however_a_proposal_was_merged(files: Team, basalt: Basalt, way: str) -> None:
    basalt("promote", "a", "--to", "staging", "--branch", "go", "--reason", "please")
    files.ada.commit("Meanwhile", {"README.md": "x"})
    if way == "merge":
        files.ada.git("merge", "--quiet", "--no-ff", "-m", "Merge pull request #1", "go")
    elif way == "rebase":
        files.ada.git("cherry-pick", "go")
    else:
        body = files.ada.git("log", "-1", "--format=* %B", "go") if way == "squash" else "Nothing of it"
        files.ada.git("merge", "--quiet", "--squash", "go")
        files.ada.git("commit", "--quiet", "-m", "Go (#1)", "-m", body)
    (event,) = checked(basalt("history", "--format", "json"), "history")["events"]
    assert (event["slug"], event["environment"], event["from"], event["to"]) == ("a", "staging", None, files.first)
    assert event["reason"] == ("please" if way in ("squash", "rebase") else None)
    assert event["action"] == "promote"
    basalt("rollback", "a", "--env", "staging", "--to", "nothing", "--branch", "back")
    files.ada.git("merge", "--quiet", "--no-ff", "-m", "Back", "back")
    assert running(basalt("status", "--format", "json"))["a"] == {}


def test_no_commit_edits_only(files: Team, basalt: Basalt) -> None:
    done = checked(basalt("promote", "a", "--to", "staging", "--no-commit", "--format", "json"), "promote")
    assert (done["applied"], done["commit"]) == (False, None)
    assert files.ada.git("status", "--porcelain") == " M deployments.yaml"
    assert running(basalt("status", "--format", "json"))["a"] == {}
    files.ada.commit("By hand")
    assert running(basalt("status", "--format", "json"))["a"] == {"staging": files.first}
    assert (
        "--no-commit cannot be used with --branch or --push"
        in basalt("promote", "b", "--to", "staging", "--no-commit", "--push", code=2).err
    )


def test_tags_have_no_draft(basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    team = Team(tmp_path, "tags")
    monkeypatch.chdir(team.ada.path)
    for option in (("--branch", "go"), ("--no-commit",)):
        assert (
            "pointers are tags here, and a tag cannot be proposed"
            in basalt("promote", "a", "--to", "staging", *option, code=2).err
        )


def test_a_detached_head_is_said(files: Team, basalt: Basalt) -> None:
    files.ada.git("switch", "--quiet", "--detach")
    outcome = basalt("promote", "a", "--to", "staging")
    assert "HEAD is detached; the promotion is a commit on main" in outcome.err
    assert files.ada.head == files.first


def test_another_worktree_moves_along(files: Team, basalt: Basalt, tmp_path: Path) -> None:
    files.ada.git("switch", "--quiet", "-c", "branch")
    files.ada.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "main")
    tree = Repo(tmp_path / "tree")
    basalt("promote", "a", "--to", "staging")
    assert (tree.git("status", "--porcelain"), "staging:" in tree.read("deployments.yaml")) == ("", True)
    tree.write("deployments.yaml", tree.read("deployments.yaml") + "# words\n")
    refused = basalt("promote", "b", "--to", "staging", code=3)
    assert f"deployments.yaml has uncommitted changes in {tree.path}" in refused.err


def test_two_promoters_merge_side_by_side(files: Team, basalt: Basalt) -> None:
    """Neighbours in the file, moved on two branches: git merges them without any driver."""
    basalt("promote", "--all", "--to", "staging")
    for slug in ("a", "b"):
        files.ada.git("switch", "--quiet", "-C", f"go-{slug}", "main")
        files.ada.git("switch", "--quiet", "main")
    new = files.ada.commit("New", {f"prompts/{slug}.yaml": PROMPT.replace("Hello", "Hi") for slug in ("a", "b")})
    files.ada.git("push", "--quiet")
    basalt("promote", "a", "--to", "staging", "--branch", "one")
    basalt("promote", "b", "--to", "staging", "--branch", "two")
    files.ada.git("merge", "--quiet", "--no-ff", "-m", "One", "one")
    files.ada.git("merge", "--quiet", "--no-ff", "-m", "Two", "two")
    assert running(basalt("status", "--format", "json")) == {"a": {"staging": new}, "b": {"staging": new}}
    events = checked(basalt("history", "--format", "json"), "history")["events"]
    assert [event["slug"] for event in events[:2]] == ["b", "a"]


def test_a_tag_that_was_made_here_and_elsewhere_is_named(
    basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = Team(tmp_path, "tags")
    monkeypatch.chdir(team.ada.path)
    basalt("promote", "a", "--to", "staging")
    as_bob(team, basalt, "promote", "a", "--to", "staging", "--push")
    refused = basalt("promote", "b", "--to", "staging", "--push", code=4)
    assert "origin has other tags than this clone under the same names: 'a#staging#1'" in refused.err
    assert "git tag -d 'a#staging#1' && git fetch origin --tags" in refused.err
    team.ada.git("tag", "-d", "a#staging#1")
    team.ada.git("fetch", "--quiet", "origin", "--tags")
    basalt("promote", "b", "--to", "staging", "--push")


def test_a_promotion_and_a_removal_cannot_both_win(
    basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have other names, and the same number."""
    from basalt_cli.git import remote as git_remote
    from basalt_cli.pointers import tag_writer

    team = Team(tmp_path, "tags")
    monkeypatch.chdir(team.ada.path)
    basalt("promote", "a", "--to", "staging", "--push")
    team.bob.git("fetch", "--quiet", "--tags")
    team.ada.commit("New", {"prompts/a.yaml": PROMPT.replace("Hello", "Hi")})
    team.ada.git("push", "--quiet")
    original, turns = git_remote.push, iter([1])

    def overtake(repository: Any, remote: str, updates: Any) -> Any:
        for _ in turns:
            from basalt_cli.environments.plans import apply_plan
            from basalt_cli.environments.rollback import RollbackRequest, plan_rollback
            from basalt_cli.pointers.trunk_state import TrunkState
            from basalt_cli.pointers.types import Delivery
            from basalt_cli.workspace.project import open_project

            project = open_project(team.bob.path)
            state = TrunkState(project)
            apply_plan(state, plan_rollback(state, RollbackRequest(("a",), "staging", "nothing")), Delivery("origin"))
            project.close()
        return original(repository, remote, updates)

    monkeypatch.setattr(tag_writer, "push", overtake)
    outcome = basalt("promote", "a", "--to", "staging", "--push", code=4)
    assert "a in staging has changed since the plan was made" in outcome.err
    assert Repo(team.hub).git("tag") == "a#staging!#2\na#staging#1"
    # A number that was taken is not given again, though its tag is gone.
    Repo(team.hub).git("tag", "-d", "a#staging!#2")
    team.bob.git("tag", "-d", "a#staging!#2")
    as_bob(team, basalt, "rollback", "a", "--env", "staging", "--to", "nothing", "--push")
    assert Repo(team.hub).git("tag") == "a#staging!#3\na#staging#1"


def test_moves_that_only_this_clone_knows_are_pushed_first(
    basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = Team(tmp_path, "tags")
    monkeypatch.chdir(team.ada.path)
    basalt("promote", "a", "--to", "staging")
    refused = basalt("promote", "a", "--to", "staging", "--push", code=3)
    assert "1 move of pointers exist as tags here and not at origin" in refused.err
    team.ada.git("push", "--quiet", "--atomic", "origin", "a#staging#1")
    assert "runs in staging already" in basalt("promote", "a", "--to", "staging", "--push").out


def test_the_branch_that_the_trunk_follows_is_pushed(files: Team, basalt: Basalt) -> None:
    files.ada.git("push", "--quiet", "-u", "origin", "main:production")
    basalt("promote", "a", "--to", "staging", "--push")
    assert running(basalt("status", "--format", "json"))["a"] == {"staging": files.first}
    assert Repo(files.hub).git("rev-parse", "main") == files.first
    assert Repo(files.hub).git("rev-parse", "production") == files.ada.head


@pytest.mark.parametrize("name", ["HEAD", "-x", "@", "refs/heads/q", "", "a..b"])
def test_a_branch_needs_a_name(files: Team, basalt: Basalt, name: str) -> None:
    assert "cannot be the name of a branch" in basalt("promote", "a", "--to", "staging", f"--branch={name}", code=2).err


def test_a_proposal_that_is_refused_leaves_no_branch(files: Team, basalt: Basalt) -> None:
    files.hook("update", "exit 1")
    assert "nothing was proposed" in basalt("promote", "a", "--to", "staging", "--branch", "go", "--push", code=3).err
    assert files.ada.git("branch", "--list", "go") == ""


def test_a_clone_that_has_not_heard_of_moves_migrates_none_away(
    basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = Team(tmp_path, "tags")
    monkeypatch.chdir(team.ada.path)
    as_bob(team, basalt, "promote", "a", "--to", "staging", "--push")
    basalt("migrate", "deployments", "--to", "file")
    assert running(basalt("status", "--format", "json"))["a"] == {"staging": team.first}
    team.ada.git("config", "remote.origin.tagOpt", "--no-tags")
    team.ada.git("reset", "--quiet", "--hard", "origin/main")
    assert "this clone fetches no tags" in basalt("status").err
