"""Plans of promote and rollback: how they are shown, confirmed, applied and delivered."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.cli.moving import open_delivery
from basalt_cli.errors import UsageError
from basalt_cli.pointers.types import Delivery
from basalt_cli.workspace.project import Project

from tests.cli.checking import Basalt, OpenAt, checked
from tests.support import PROMPT, Repo

POLICY = (
    "trunk: main\nenvironments:\n  staging: {}\n  production: {from: staging, require: [lint, merged], confirm: true}\n"
)
PROMOTE = ("promote", "greeting", "--to", "staging")
CONFIRMED = ("promote", "greeting", "--to", "production")


@pytest.fixture
def live(repo: Repo) -> Repo:
    """A repository with an environment that needs confirmation and has gates."""
    repo.commit("Policy", {"basalt.yaml": POLICY})
    return repo


@pytest.fixture
def remote(live: Repo, tmp_path: Path) -> Repo:
    """The bare repository that the trunk follows."""
    live.git("clone", "--quiet", "--bare", ".", str(tmp_path / "hub.git"))
    live.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    live.git("fetch", "--quiet", "origin")
    live.git("branch", "--quiet", "--set-upstream-to=origin/main")
    return Repo(tmp_path / "hub.git")


def answer(monkeypatch: pytest.MonkeyPatch, confirmed: bool) -> list[str]:
    """Let stdin be a terminal whose user gives an answer; return the questions."""
    questions: list[str] = []

    def confirm(question: str, *, err: bool) -> bool:
        assert err
        questions.append(question)
        return confirmed

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.confirm", confirm)
    return questions


def test_a_plan_shows_its_step_its_risk_its_changes_and_its_gates(basalt: Basalt, live: Repo) -> None:
    first = live.git("rev-parse", "HEAD~1")
    basalt(*PROMOTE)
    basalt(*CONFIRMED, "--yes")
    second = live.commit("Say hi", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    basalt(*PROMOTE)
    outcome = basalt(*CONFIRMED, "--dry-run")
    assert outcome.out == (
        f"greeting  {first[:9]} -> {second[:9]}  wording  Say hi\n"
        "    wording     the words of prompt changed: +1 -1 words\n"
        "    gate lint: passed, no errors in 1 file, 0 warnings\n"
        f"    gate merged: passed, {second[:9]} is in main\n"
    )


def test_an_applied_plan_names_its_commit(basalt: Basalt, live: Repo) -> None:
    first = live.git("rev-parse", "HEAD~1")
    outcome = basalt(*PROMOTE)
    assert outcome.out == (
        f"greeting  nothing -> {first[:9]}  none  Start\n"
        "    none        the prompt was added\n"
        f"staging moved in commit {live.head[:9]} on main\n"
    )
    assert basalt(*PROMOTE).out == "greeting  runs in staging already\n"


def test_a_removed_pointer_is_nothing(basalt: Basalt, live: Repo) -> None:
    version = live.git("rev-parse", "HEAD~1")
    basalt(*PROMOTE)
    assert basalt("rollback", "greeting", "--env", "staging", "--to", "nothing").out == (
        f"greeting  {version[:9]} -> nothing  breaking\n"
        "    breaking    the prompt was removed\n"
        f"staging moved in commit {live.head[:9]} on main\n"
    )


def test_a_prompt_that_was_rolled_back_is_skipped_with_the_reason(basalt: Basalt, live: Repo) -> None:
    basalt(*PROMOTE)
    second = live.commit("Say hi", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    basalt(*PROMOTE)
    basalt("rollback", "greeting", "--env", "staging")
    reason = f"{second[:9]} was rolled back; name the prompt to promote it again"
    assert basalt("promote", "--all", "--to", "staging").out == f"greeting  not moved: {reason}\n"
    plan = checked(basalt("promote", "--all", "--to", "staging", "--format", "json"), "promote")
    assert plan["skipped"] == [{"slug": "greeting", "reason": reason}]
    assert plan["moves"] == []


def test_confirmation_needs_a_terminal_or_yes(basalt: Basalt, live: Repo) -> None:
    basalt(*PROMOTE)
    before = live.head
    for arguments in (CONFIRMED, (*CONFIRMED, "--format", "json")):
        outcome = basalt(*arguments, code=3)
        assert outcome.err.startswith("error: production needs confirmation, and stdin is not a terminal\n")
        assert outcome.err.endswith("hint: Review the plan with --dry-run, then add --yes.\n")
    assert live.head == before
    basalt(*CONFIRMED, "--yes")
    assert live.head != before


def test_a_user_at_a_terminal_is_asked(basalt: Basalt, live: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    basalt(*PROMOTE)
    before = live.head
    questions = answer(monkeypatch, confirmed=False)
    outcome = basalt(*CONFIRMED, code=3)
    assert outcome.err.endswith("error: not confirmed; no pointer was moved\n")
    assert questions == ["Move 1 prompt in production?"]
    assert live.head == before
    questions = answer(monkeypatch, confirmed=True)
    basalt(*CONFIRMED)
    assert questions == ["Move 1 prompt in production?"]
    assert live.git("log", "-1", "--format=%s") == "Promote greeting to production"


@pytest.mark.parametrize(
    "arguments", [PROMOTE, (*CONFIRMED, "--dry-run"), (*CONFIRMED, "--no-commit"), (*CONFIRMED, "--branch", "proposal")]
)
def test_no_question_where_no_pointer_of_a_confirmed_environment_moves(
    basalt: Basalt, live: Repo, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    basalt(*PROMOTE)
    questions = answer(monkeypatch, confirmed=False)
    basalt(*arguments)
    assert questions == []


def test_a_refused_plan_is_an_error_in_text_and_a_plan_in_json(basalt: Basalt, live: Repo) -> None:
    live.commit("Bad", {"prompts/bad.yaml": "prompt: '{{ nme }}'\n"})
    basalt("promote", "bad", "--to", "staging")
    before = live.head
    promote = ("promote", "bad", "--to", "production", "--yes")
    text = basalt(*promote, code=1)
    assert "    gate lint: failed, 1 error, first prompts/bad.yaml:1:13: T302" in text.out
    assert text.err.startswith("error: ")
    assert "bad: lint: 1 error, first prompts/bad.yaml:1:13: T302" in text.err
    outcome = basalt(*promote, "--format", "json", code=1)
    plan = checked(outcome, "promote")
    assert (plan["applied"], plan["commit"], plan["proposed"], plan["tags"]) == (False, None, None, [])
    assert [(gate["gate"], gate["passed"]) for gate in plan["moves"][0]["gates"]] == [("lint", False), ("merged", True)]
    assert outcome.err.startswith("note: ")
    assert outcome.err.count("\n") == 1
    assert basalt(*promote, "--dry-run", code=1).err == ""
    assert live.head == before


def test_json_of_an_applied_plan(basalt: Basalt, live: Repo) -> None:
    plan = checked(basalt(*PROMOTE, "--format", "json"), "promote")
    assert (plan["applied"], plan["commit"], plan["proposed"], plan["tags"]) == (True, live.head, None, [])
    again = checked(basalt(*PROMOTE, "--format", "json"), "promote")
    assert (again["applied"], again["moves"], again["current"]) == (False, [], ["greeting"])


def test_a_branch_gets_a_commit_that_waits_for_a_review(basalt: Basalt, live: Repo) -> None:
    basalt(*PROMOTE)
    before = live.head
    out = basalt(*CONFIRMED, "--branch", "proposal").out
    commit = live.git("rev-parse", "proposal")
    assert out.splitlines()[-1] == f"proposed for production in commit {commit[:9]} on the new branch proposal"
    assert live.head == before
    plan = checked(basalt(*CONFIRMED, "--branch", "other", "--format", "json"), "promote")
    assert (plan["applied"], plan["proposed"], plan["commit"]) == (False, "other", live.git("rev-parse", "other"))


def test_no_commit_only_edits_the_working_tree(basalt: Basalt, live: Repo) -> None:
    before = live.head
    out = basalt(*PROMOTE, "--no-commit").out
    assert out.splitlines()[-1] == "edited deployments.yaml for staging; not committed"
    assert (live.head, live.git("diff", "--name-only")) == (before, "deployments.yaml")


def test_a_pushed_plan_names_the_remote(basalt: Basalt, live: Repo, remote: Repo) -> None:
    out = basalt(*PROMOTE, "--push").out
    commit = remote.git("rev-parse", "main")
    assert out.splitlines()[-1] == f"staging moved in commit {commit[:9]} on origin's main"
    assert live.head == commit


def test_pointers_in_tags_are_named_by_the_first_tag(basalt: Basalt, live: Repo) -> None:
    live.commit("Tags", {"basalt.yaml": "deployments: tags\n" + POLICY, "prompts/other.yaml": PROMPT})
    one = basalt(*PROMOTE).out
    assert one.splitlines()[-1] == "staging moved by the tag 'greeting#staging#1'"
    live.commit("Both", {"prompts/greeting.yaml": "prompt: Hi\n", "prompts/third.yaml": PROMPT})
    several = basalt("promote", "--all", "--to", "staging").out
    assert several.splitlines()[-1] == "staging moved by the tag 'greeting#staging#2' and 2 other tags"


@pytest.mark.parametrize(("push", "branch"), [(None, "proposal"), ("", None), ("origin", "proposal")])
def test_no_commit_excludes_a_branch_and_a_push(project: Project, push: str | None, branch: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        open_delivery(project, push, branch, edits_only=True)
    assert caught.value.message == "--no-commit cannot be used with --branch or --push"
    assert caught.value.hint == "Give one of them."


def test_a_delivery_is_local_without_a_push(project: Project, repo: Repo) -> None:
    state, delivery = open_delivery(project, None, "proposal", edits_only=False)
    assert (state.commit, delivery) == (repo.head, Delivery(None, "proposal"))
    _, delivery = open_delivery(project, None, None, edits_only=True)
    assert delivery == Delivery(edits_only=True)


@pytest.mark.parametrize("push", ["", "origin"])
def test_a_push_plans_on_the_fetched_trunk(
    live: Repo, remote: Repo, tmp_path: Path, push: str, open_at: OpenAt
) -> None:
    remote.git("clone", "--quiet", ".", str(tmp_path / "bob"))
    bob = Repo(tmp_path / "bob")
    theirs = bob.commit("Theirs", {"README.md": "x"})
    bob.git("push", "--quiet")
    state, delivery = open_delivery(open_at(live.path), push, None, edits_only=False)
    assert (state.commit, delivery) == (theirs, Delivery("origin"))
