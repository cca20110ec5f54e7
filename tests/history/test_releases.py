from __future__ import annotations

from collections.abc import Callable

import pytest
from basalt_cli.errors import BasaltError, NotFoundError, RefusedError, UsageError
from basalt_cli.history.releases import (
    PlannedRelease,
    ReleaseRequest,
    format_notes,
    make_releases,
    plan_releases,
    require_something,
)
from basalt_cli.model.change import Risk
from basalt_cli.text.release_number import Bump
from basalt_cli.workspace.project import open_project

from tests.support import PROMPT, Repo

Plan = Callable[..., tuple[PlannedRelease, ...]]


@pytest.fixture
def plan(repo: Repo) -> Plan:
    """Plan releases of prompts, and make them where asked for."""

    def run(*patterns: str, makes: bool = False, **options: object) -> tuple[PlannedRelease, ...]:
        project = open_project(repo.path)
        try:
            found = plan_releases(project, ReleaseRequest(patterns, **options))  # type: ignore[arg-type]
            if makes:
                make_releases(project, found)
        finally:
            project.close()
        return found

    return run


def edit(repo: Repo, subject: str, text: str) -> str:
    return repo.commit(subject, {"prompts/greeting.yaml": text})


WORDING, BEHAVIOURAL = PROMPT.replace("Hello", "Hi"), PROMPT + "model: {name: m}\n"
BREAKING = PROMPT.replace("name", "who")


@pytest.mark.parametrize(
    ("bump", "tag"), [(None, "v1.0.0"), (Bump.MAJOR, "v1.0.0"), (Bump.MINOR, "v0.1.0"), (Bump.PATCH, "v0.0.1")]
)
def test_the_first_release(bump: Bump | None, tag: str, repo: Repo, plan: Plan) -> None:
    (release,) = plan("greeting", bump=bump)
    assert (release.tag, release.last, release.changes, release.risk) == (f"greeting@{tag}", None, (), Risk.NONE)
    assert (release.version.commit.id, release.notes) == (repo.head, (f"Start ({repo.head[:9]})",))


@pytest.mark.parametrize(
    ("text", "risk", "smallest"),
    [(WORDING, Risk.WORDING, "1.2.4"), (BEHAVIOURAL, Risk.BEHAVIOURAL, "1.3.0"), (BREAKING, Risk.BREAKING, "2.0.0")],
)
def test_the_number_follows_the_risk_of_the_changes(
    text: str, risk: Risk, smallest: str, repo: Repo, plan: Plan
) -> None:
    plan("greeting", number="1.2.3", makes=True)
    edit(repo, "Edit", text)
    (release,) = plan("greeting")
    assert (str(release.number), release.risk, release.last) == (smallest, risk, "v1.2.3")
    assert str(plan("greeting", number="3.0.0")[0].number) == "3.0.0"
    assert str(plan("greeting", bump=Bump.MAJOR)[0].number) == "2.0.0"


def test_a_number_that_is_too_low_is_refused_with_the_worst_changes(repo: Repo, plan: Plan) -> None:
    plan("greeting", number="1.2.3", makes=True)
    edit(repo, "Edit", BEHAVIOURAL.replace("Hello", "Hi"))
    for options in ({"bump": Bump.PATCH}, {"number": "1.2.4"}):
        with pytest.raises(RefusedError) as caught:
            plan("greeting", **options)
        assert (
            caught.value.message
            == "1.2.4 is too low for the changes of greeting since v1.2.3:\n  behavioural: model.name is now m"
        )
        assert caught.value.hint == "Give at least 1.3.0."
    for number in ("1.2.3", "1.0.0"):
        with pytest.raises(UsageError) as wrong:
            plan("greeting", number=number)
        assert wrong.value.message == f"{number} is not higher than v1.2.3, the last release of greeting"
        assert wrong.value.hint == "Give at least 1.3.0."
    assert str(plan("greeting", number="1.3.0")[0].number) == "1.3.0"


def test_notes_are_the_subjects_since_the_last_release(repo: Repo, plan: Plan) -> None:
    plan("greeting", makes=True)
    one = edit(repo, "One", WORDING)
    repo.commit("Other", {"prompts/b.yaml": "prompt: x\n"})
    two = edit(repo, "Two", BEHAVIOURAL)
    repo.commit("Other again", {"prompts/b.yaml": "prompt: y\n"})
    (release,) = plan("greeting")
    assert release.notes == (f"Two ({two[:9]})", f"One ({one[:9]})")
    assert release.version.commit.id == two
    assert format_notes(release) == (
        f"Release greeting 1.1.0\n\n- Two ({two[:9]})\n- One ({one[:9]})\n\n"
        f"Basalt-Digest: {release.version.digest}\nBasalt-Risk: behavioural\n"
    )


def test_a_tag_is_made_on_the_version(repo: Repo, plan: Plan) -> None:
    version = repo.head
    repo.commit("Later", {"README.md": "x"})
    (release,) = plan("greeting", makes=True)
    assert repo.git("rev-parse", "greeting@v1.0.0^{commit}") == version
    contents = repo.git("tag", "-l", "--format=%(contents)", "greeting@v1.0.0")
    assert contents.rstrip("\n") == format_notes(release).rstrip("\n")
    assert "Basalt-Risk" not in contents


def test_all_prompts_that_changed_are_released(repo: Repo, plan: Plan) -> None:
    repo.commit("More", {"prompts/a.yaml": "prompt: one\n"})
    assert [release.tag for release in plan(makes=True)] == ["a@v1.0.0", "greeting@v1.0.0"]
    edit(repo, "Edit", WORDING)
    assert [release.tag for release in plan()] == ["greeting@v1.0.1"]
    assert [release.tag for release in plan("g*", "prompts/greeting.yaml")] == ["greeting@v1.0.1"]
    with pytest.raises(RefusedError) as caught:
        plan("a")
    assert (caught.value.message, caught.value.hint) == (
        "a did not change since v1.0.0",
        "Commit a change of it on main first.",
    )


@pytest.mark.parametrize(
    ("patterns", "number", "message", "hint"),
    [
        (("greeting",), "1.2", "'1.2' is not a release number", "Write it as 1.2.0."),
        (("greeting@latest",), None, "'greeting@latest' names a version", "Name the prompt alone: release tags its newest version on main."),
        ((), "1.0.0", "--version takes one prompt, and this names 2", "Leave --version out: each prompt gets its own number."),
    ],
)  # fmt: skip
def test_a_request_that_makes_no_sense(
    patterns: tuple[str, ...], number: str | None, message: str, hint: str, repo: Repo, plan: Plan
) -> None:
    repo.commit("More", {"prompts/a.yaml": "prompt: one\n"})
    with pytest.raises(UsageError) as caught:
        plan(*patterns, number=number)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_only_the_trunk_is_released(repo: Repo, plan: Plan) -> None:
    repo.git("switch", "--quiet", "--create", "branch")
    edit(repo, "Edit", WORDING)
    (release,) = plan("greeting")
    assert release.version.commit.subject == "Start"


def test_a_shallow_clone_cannot_release(repo: Repo, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(repo, "Edit", WORDING)
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.path}", "../shallow")
    project = open_project(repo.path.parent / "shallow")
    with pytest.raises(BasaltError, match="this is a shallow clone, and a release needs the history"):
        plan_releases(project, ReleaseRequest(("greeting",)))
    project.close()


def test_nothing_to_release_is_an_error(plan: Plan) -> None:
    with pytest.raises(NotFoundError) as caught:
        require_something(())
    assert caught.value.message == "no prompt changed since its last release"
    assert caught.value.hint == "Commit a change on the trunk first."
    require_something(plan("greeting"))
