"""What strangers, branches and broken clones must not bring about in pointers."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from basalt_cli.environments.planning import plan_promotion
from basalt_cli.environments.plans import apply_plan
from basalt_cli.environments.request import Request
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.pointers.types import Delivery
from basalt_cli.versions.lookup import find_versions
from basalt_cli.workspace.project import open_project

from tests.cli.checking import Basalt, checked
from tests.pointers.test_pushing import Team
from tests.support import PROMPT, Repo

TAGS = "deployments: tags\nenvironments: {staging: {}, production: {from: staging}}\n"


def events(basalt: Basalt) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = checked(basalt("history", "--format", "json"), "history")["events"]
    return found


def staging(basalt: Basalt, slug: str = "greeting") -> Any:
    prompts = checked(basalt("status", "--format", "json"), "status")["prompts"]
    return next(p["environments"].get("staging") for p in prompts if p["slug"] == slug)


@pytest.mark.parametrize("version", ["--output={}", "--not", "HEAD", "main"])
def test_a_tag_cannot_hand_arguments_to_git(basalt: Basalt, repo: Repo, tmp_path: Path, version: str) -> None:
    repo.commit("Policy", {"basalt.yaml": TAGS})
    victim = tmp_path / "victim"
    evil = version.format(victim)
    digest = "sha256:" + "0" * 64
    message = f"x\n\nBasalt-Event: 1\nBasalt-Move: staging greeting - {repo.head} {digest}\nBasalt-Rollout: staging greeting {evil} {digest} 10\n"
    repo.git("tag", "-a", "-m", message, "greeting#staging#1")
    (repo.path / ".git/refs/tags").mkdir(exist_ok=True)
    (repo.path / f".git/refs/tags/--output={os.path.basename(victim)}").write_text(repo.head + "\n")
    assert staging(basalt)["rollout"] == []
    for arguments in (
        ("status",),
        ("doctor",),
        ("promote", "greeting", "--to", "staging", "--percent", "20", "--dry-run"),
    ):
        basalt(*arguments, code=None)
    assert not victim.exists()
    assert not (repo.path / victim.name).exists()


def test_a_merge_of_line_ends_alone_keeps_its_side(basalt: Basalt, repo: Repo) -> None:
    """git sees the merge differ from both parents; the digest says that it is the first."""
    first = repo.head
    repo.git("switch", "--quiet", "-c", "side")
    repo.commit("Evil", {"prompts/greeting.yaml": PROMPT.replace("Hello", "EVIL")})
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "-s", "ours", "side")
    repo.write("prompts/greeting.yaml", PROMPT.replace("\n", "\r\n"))
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "-m", "Merge")
    project = open_project(repo.path)
    assert find_versions(project, ["greeting"], repo.head)["greeting"].id == first
    project.close()
    basalt("promote", "greeting", "--to", "staging")
    assert staging(basalt)["version"] == first


def test_a_branch_cannot_change_the_check_that_judges_it(basalt: Basalt, repo: Repo) -> None:
    policy = "environments: {production: {require: [{command: [sh, ./check.sh]}]}}\n"
    repo.commit("Policy", {"basalt.yaml": policy, "check.sh": "exit 1\n"})
    assert "exited with 1" in basalt("promote", "greeting", "--to", "production", code=1).err
    repo.git("switch", "--quiet", "-c", "branch")
    repo.write("check.sh", "touch ran\n")
    refused = basalt("promote", "greeting", "--to", "production", code=1)
    assert "check.sh differs from the one on main, which must judge" in refused.err
    assert not (repo.path / "ran").exists()


def test_a_branch_cannot_choose_the_trunk(basalt: Basalt, repo: Repo) -> None:
    repo.git("switch", "--quiet", "-c", "pr2")
    repo.write("basalt.yaml", "trunk: pr2\nenvironments: {production: {require: [{command: [touch, ran]}]}}\n")
    repo.commit("My own policy")
    repo.git("switch", "--quiet", "-c", "other", "main")
    repo.write("basalt.yaml", repo.git("show", "pr2:basalt.yaml") + "\n")
    repo.git("update-ref", "refs/heads/pr2", "main")
    refused = basalt("promote", "greeting", "--to", "production", "--dry-run", code=3)
    assert "basalt.yaml here has trunk: 'pr2'" in refused.err
    assert not (repo.path / "ran").exists()


def test_what_cannot_be_read_does_not_pass_for_new(basalt: Basalt, repo: Repo) -> None:
    repo.commit("Policy", {"basalt.yaml": "environments: {staging: {require: [no-breaking]}}\n"})
    basalt("promote", "greeting", "--to", "staging")
    text = repo.read("deployments.yaml")
    version = text.partition("version: ")[2][:40]
    repo.commit("Gone", {"deployments.yaml": text.replace(version, "a" * 40)})
    repo.commit("Break", {"prompts/greeting.yaml": PROMPT.replace("name", "who")})
    assert "what runs now cannot be read" in basalt("promote", "greeting", "--to", "staging", code=1).err
    basalt("promote", "greeting", "--to", "staging", "--allow-breaking", "it is gone")


def test_a_wrong_digest_poisons_nothing_that_is_remembered(basalt: Basalt, repo: Repo) -> None:
    many = {f"prompts/p{n}.yaml": PROMPT for n in range(60)}
    repo.commit("Many", {**many, "basalt.yaml": "environments: {staging: {require: [no-breaking]}}\n"})
    basalt("promote", "--all", "--to", "staging")
    sound = repo.read("deployments.yaml")
    breaking = repo.commit("Break", {name: PROMPT.replace("name", "who") for name in many})
    version = sound.partition("p0:")[2].partition("version: ")[2][:40]
    repo.commit("Mixed up", {"deployments.yaml": sound.replace(version, breaking)})
    assert "wrong digest" in basalt("status").out
    repo.commit("Sound again", {"deployments.yaml": sound})
    refused = basalt("promote", "--all", "--to", "staging", code=1)
    assert refused.err.count("no-breaking") >= 60


@pytest.mark.parametrize(
    "setting",
    [
        "log.showSignature=true",
        "log.diffMerges=off",
        "log.diffMerges=combined",
        "diff.renames=copies",
        "log.follow=true",
    ],
)
def test_how_a_user_likes_logs_changes_no_answer(basalt: Basalt, repo: Repo, setting: str) -> None:
    repo.commit("Many", {f"prompts/p{n}.yaml": PROMPT for n in range(60)})
    basalt("promote", "--all", "--to", "staging")
    repo.git("config", *setting.split("="))
    basalt("status")
    repo.git("switch", "--quiet", "-c", "side")
    side = repo.commit("Side", {"prompts/p3.yaml": PROMPT.replace("Hello", "Hey")})
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side")
    prompts = checked(basalt("status", "--format", "json"), "status")["prompts"]
    assert next(p["latest"] for p in prompts if p["slug"] == "p3") == side


def test_an_object_that_is_missing_for_now_is_not_remembered(basalt: Basalt, repo: Repo) -> None:
    include = "prompt: |\n  {% include 'voice.md' %}\n"
    repo.commit("Many", {**{f"prompts/p{n}.yaml": include for n in range(60)}, "prompts/voice.md": "Kindly."})
    basalt("promote", "--all", "--to", "staging")
    shutil.rmtree(repo.path / ".git/basalt")
    blob = repo.git("rev-parse", "HEAD:prompts/voice.md")
    path = repo.path / ".git/objects" / blob[:2] / blob[2:]
    path.rename(path.with_suffix(".away"))
    assert "is not in this clone" in basalt("status", code=3).err
    path.with_suffix(".away").rename(path)
    assert "wrong digest" not in basalt("status").out


def test_going_back_twice_over_a_version_that_ran_twice(basalt: Basalt, repo: Repo) -> None:
    one = repo.head
    two, three = (
        repo.commit(words, {"prompts/greeting.yaml": PROMPT.replace("Hello", words)}) for words in ("Two", "Three")
    )
    for version in (one, two, one, three):
        basalt("promote", "greeting", "--to", "staging", "--version", version)
    seen = []
    for _ in range(3):
        basalt("rollback", "greeting", "--env", "staging")
        seen.append(staging(basalt)["version"])
    assert seen == [one, two, one]


def test_a_wrong_digest_is_mended_by_promoting_again_and_goes_no_further(basalt: Basalt, repo: Repo) -> None:
    repo.commit("More", {"prompts/b.yaml": PROMPT})
    basalt("promote", "--all", "--to", "staging")
    text = repo.read("deployments.yaml")
    digest = text.partition("greeting")[2].partition("sha256:")[2][:64]
    repo.commit("By hand", {"deployments.yaml": text.replace(digest, "0" * 64)})
    assert "digest" in basalt("promote", "--all", "--to", "production", code=3).err
    basalt("promote", "greeting", "--to", "staging")
    assert staging(basalt)["flaw"] is None


def test_a_plan_does_not_outlive_what_it_was_judged_by(basalt: Basalt, repo: Repo) -> None:
    repo.commit(
        "Policy", {"basalt.yaml": "environments: {staging: {}, production: {from: staging, require: [from]}}\n"}
    )
    basalt("promote", "greeting", "--to", "staging")
    repo.commit("New", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    basalt("promote", "greeting", "--to", "staging")
    project = open_project(repo.path)
    state = TrunkState(project)
    plan = plan_promotion(state, Request(("greeting",), "production", selector="latest"))
    basalt("rollback", "greeting", "--env", "staging")
    with pytest.raises(Exception, match="greeting in staging has changed since the plan was made"):
        apply_plan(state, plan, Delivery())
    project.close()
    project = open_project(repo.path)
    state = TrunkState(project)
    plan = plan_promotion(state, Request(("greeting",), "production"))
    repo.commit(
        "Stricter", {"basalt.yaml": "environments: {staging: {}, production: {from: staging, require: [released]}}\n"}
    )
    with pytest.raises(Exception, match=r"basalt\.yaml on main has changed since the plan was made"):
        apply_plan(state, plan, Delivery())
    project.close()
    prompts = checked(basalt("status", "--format", "json"), "status")["prompts"]
    assert [p["environments"].keys() for p in prompts] == [{"staging"}]
    assert staging(basalt)["behind"] == 1


def test_the_last_number_of_all_is_said(basalt: Basalt, repo: Repo) -> None:
    repo.commit("Policy", {"basalt.yaml": TAGS})
    repo.git("tag", "-a", "-m", "x", "greeting#staging#999999999")
    repo.commit("New", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    assert "is past the highest number of a tag" in basalt("promote", "greeting", "--to", "staging", code=3).err


@pytest.mark.parametrize("name", ["greeting#staging#1", "greeting"])
def test_a_tag_in_the_way_is_named_at_once(basalt: Basalt, repo: Repo, name: str) -> None:
    repo.commit("Policy", {"basalt.yaml": TAGS, "prompts/greeting/deep.yaml": PROMPT})
    repo.git("tag", name)
    slug = "greeting" if "#" in name else "greeting/deep"
    refused = basalt("promote", slug, "--to", "staging", code=3)
    assert f"the tag '{name}' blocks {slug}#staging#1; nothing was moved" in refused.err


def test_another_tag_that_moved_is_in_nobodys_way(
    basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = Team(tmp_path, "tags")
    monkeypatch.chdir(team.ada.path)
    team.ada.git("tag", "nightly")
    team.bob.commit("Later", {"README.md": "x"})
    team.bob.git("tag", "nightly")
    team.bob.git("push", "--quiet", "origin", "main", "nightly")
    basalt("promote", "a", "--to", "staging", "--push")


def test_a_remote_without_room_is_not_called_a_race(
    basalt: Basalt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = Team(tmp_path, "file")
    monkeypatch.chdir(team.ada.path)
    team.hook("pre-receive", "echo 'the release already exists, fetch first' >&2; exit 1")
    refused = basalt("promote", "a", "--to", "staging", "--push", code=3)
    assert "origin refuses the push" in refused.err


def test_a_command_of_doctor_runs_nothing_of_a_strangers(basalt: Basalt, repo: Repo) -> None:
    name = "a';touch${IFS}pwned;'@v1.0.0"
    repo.git("update-ref", f"refs/tags/{name}", "HEAD")
    found = checked(basalt("doctor", "--format", "json", code=1), "doctor")["diagnoses"]
    (command,) = [d["command"] for d in found if d["code"] == "lightweight-tag"]
    os.system(f"cd {repo.path} && {command} </dev/null >/dev/null 2>&1")  # noqa: S605 - the very words that it says
    assert not (repo.path / "pwned").exists()


def test_two_projects_cannot_share_tags(basalt: Basalt, repo: Repo) -> None:
    repo.commit("Second", {"inner/basalt.yaml": TAGS, "inner/prompts/greeting.yaml": PROMPT})
    refused = basalt("-C", "inner", "promote", "greeting", "--to", "staging", code=3)
    assert "shares the repository's tags with other projects" in refused.err


def test_migration_holds_where_a_worktree_cannot_follow(
    basalt: Basalt, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    from basalt_cli.git import worktrees as git_worktrees

    basalt("promote", "greeting", "--to", "staging")
    before = staging(basalt)["version"]

    def refuse(path: Path, content: bytes | None) -> None:
        raise OSError(13, "Permission denied", str(path))

    monkeypatch.setattr(git_worktrees, "_replace", refuse)
    assert "the promotion holds" in basalt("migrate", "deployments", "--to", "tags", code=3).err
    monkeypatch.undo()
    monkeypatch.chdir(repo.path)
    repo.git("reset", "--quiet", "--hard")
    assert staging(basalt)["version"] == before


def test_a_pointer_to_a_commit_that_is_gone_is_not_migrated(basalt: Basalt, repo: Repo) -> None:
    basalt("promote", "greeting", "--to", "staging")
    text = repo.read("deployments.yaml")
    repo.commit("Gone", {"deployments.yaml": text.replace(text.partition("version: ")[2][:40], "a" * 40)})
    refused = basalt("migrate", "deployments", "--to", "tags", code=3)
    assert "a commit that is not in this clone; nothing was changed" in refused.err
    assert repo.git("tag") == ""
    assert len(events(basalt)) == 2
