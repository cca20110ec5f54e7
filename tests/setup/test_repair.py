"""The fixes of doctor: each is safe, and reported in a line."""

from __future__ import annotations

import pytest
from basalt_cli.setup.doctor import diagnose
from basalt_cli.setup.repair import fix
from basalt_cli.workspace.project import open_project

from tests.cli.checking import Basalt, checked
from tests.support import PROMPT, Repo


def fix_all(repo: Repo) -> tuple[str, ...]:
    project = open_project(repo.path)
    try:
        return fix(project, diagnose(project))
    finally:
        project.close()


def test_the_merge_driver_is_installed_and_other_attributes_are_kept(repo: Repo) -> None:
    repo.write(".gitattributes", "*.png binary")
    assert fix_all(repo) == ("installed the merge driver; commit .gitattributes",)
    assert repo.read(".gitattributes") == "*.png binary\ndeployments.yaml merge=basalt\n"
    assert "basalt merge-driver %O %A %B %P" in repo.git("config", "merge.basalt.driver")
    assert fix_all(repo) == ()


def test_a_commit_graph_is_written(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    fix_all(repo)
    monkeypatch.setattr("basalt_cli.setup.doctor._LONG_HISTORY", 1)
    assert fix_all(repo) == ("wrote a commit-graph",)
    repo.git("commit-graph", "verify")
    assert fix_all(repo) == ()


@pytest.mark.parametrize("kind", ["file", "tags"])
def test_pointers_off_the_trunk_are_pointed_at_the_same_digest_on_it(basalt: Basalt, repo: Repo, kind: str) -> None:
    fix_all(repo)
    policy = f"deployments: {kind}\nenvironments: {{staging: {{}}}}\n"
    repo.commit("Policy", {"basalt.yaml": policy, "prompts/b.yaml": PROMPT})
    repo.git("switch", "--quiet", "--create", "side")
    side = repo.commit("Side", {f"prompts/{slug}.yaml": PROMPT.replace("Hello", "Hey") for slug in ("greeting", "b")})
    repo.git("switch", "--quiet", "main")
    basalt("promote", "greeting", "b", "--to", "staging", "--version", "side", "--allow-unmerged")
    assert fix_all(repo) == ()
    repo.git("merge", "--quiet", "--squash", "side")
    squashed = repo.commit("Squash")
    assert sorted(fix_all(repo)) == [
        f"staging runs {slug} at {squashed[:9]} now: the same digest" for slug in ("b", "greeting")
    ]
    events = checked(basalt("history", "--format", "json"), "history")["events"][:2]
    assert {(event["action"], event["from"], event["to"]) for event in events} == {("repair", side, squashed)}
    assert {event["reason"] for event in events} == {"the commit is not on the trunk; this one has the same digest"}
    assert fix_all(repo) == ()
