"""What a request opens: the working tree, a commit, a file that is not saved, with the store or without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, NotFoundError, UsageError
from basalt_cli.lint.request import LintRequest, describe_policy, plan_fixes, run_lint, write_fixes
from basalt_cli.model.config import LintPolicy
from basalt_cli.workspace.project import Project

from tests.lint.trees import brief, selectors
from tests.support import PROMPT, Repo

BAD = "prompt: '{{ a }}'\n"
POINTER = "{version: %s, digest: 'sha256:%s'}" % ("a" * 40, "b" * 64)
EVERYTHING = LintRequest(LintPolicy())


def run(project: Project, request: LintRequest = EVERYTHING) -> list[str]:
    return brief(run_lint(project, request).findings)


def test_the_whole_project_is_linted_and_remembered(project: Project, repo: Repo) -> None:
    repo.write("prompts/bad.yaml", BAD)
    repo.write("deployments.yaml", "environments: {nope: {}}\n")
    assert run(project) == ["deployments.yaml:1:16 R703", "prompts/bad.yaml:1:13 T302"]
    assert len(list((repo.path / ".git/basalt").glob("lint-*.json"))) == 1


@pytest.mark.parametrize(
    "request_",
    [
        EVERYTHING._replace(has_cache=False),
        EVERYTHING._replace(revision="HEAD"),
        EVERYTHING._replace(paths=(Path("prompts"),)),
        EVERYTHING._replace(changed_since="HEAD"),
    ],
)
def test_only_a_lint_of_the_whole_working_tree_is_remembered(
    project: Project, repo: Repo, request_: LintRequest
) -> None:
    repo.write("prompts/bad.yaml", BAD)
    expected = [] if request_.revision else ["prompts/bad.yaml:1:13 T302"]
    assert run(project, request_) == expected
    assert list((repo.path / ".git").glob("basalt/lint-*.json")) == []


def test_a_commit_is_linted_with_its_own_deployments(project: Project, repo: Repo) -> None:
    bad = repo.commit("Bad", {"prompts/bad.yaml": BAD, "deployments.yaml": "environments: {nope: {}}\n"})
    repo.commit("Good", {"prompts/bad.yaml": "prompt: a\n", "deployments.yaml": "environments: {}\n"})
    found = ["deployments.yaml:1:16 R703", "prompts/bad.yaml:1:13 T302"]
    assert run(project, EVERYTHING._replace(revision=bad)) == found
    assert run(project, EVERYTHING._replace(revision="HEAD~1")) == found
    assert run(project) == []


def test_the_rules_of_the_command_line_are_chosen(project: Project, repo: Repo) -> None:
    repo.write("prompts/bad.yaml", "nme: b\n" + BAD)
    assert run(project, LintRequest(LintPolicy(select=selectors("S")))) == ["prompts/bad.yaml:1:1 S201"]
    assert run(project, LintRequest(LintPolicy(ignore=selectors("S")))) == ["prompts/bad.yaml:2:13 T302"]


def test_what_is_not_saved_takes_the_place_of_the_file(project: Project, repo: Repo) -> None:
    repo.write("prompts/partials/voice.md", "{{ tone }}\n")
    include = b"prompt: '{% include \"partials/voice.md\" %}'\n"
    for name in ("prompts/greeting.yaml", "prompts/new/one.yaml"):
        path = Path(name)
        path.parent.mkdir(exist_ok=True)
        request = EVERYTHING._replace(unsaved=(path, include))
        assert run(project, request) == [f"{name}:1:13 T302"]
    assert repo.read("prompts/greeting.yaml") == PROMPT


@pytest.mark.parametrize(
    ("path", "error", "message", "hint"),
    [
        ("other.yaml", BasaltError, "other.yaml is not in the prompts folder", "Give the path that the file will have, below prompts/."),
        ("prompts/README.md", NotFoundError, "prompts/README.md is neither a prompt nor a partial", "README.md, _fixtures/ and *.snap.md are reserved: choose another name."),
    ],
)  # fmt: skip
def test_what_is_not_saved_needs_the_path_of_a_prompt_or_partial(
    project: Project, path: str, error: type[BasaltError], message: str, hint: str
) -> None:
    with pytest.raises(BasaltError) as caught:
        run(project, EVERYTHING._replace(unsaved=(Path(path), b"prompt: a\n")))
    assert (type(caught.value), caught.value.message, caught.value.hint) == (error, message, hint)


def test_pointers_are_checked_against_the_history(project: Project, repo: Repo) -> None:
    repo.write("deployments.yaml", f"environments:\n  staging:\n    greeting: {POINTER}\n")
    assert run(project) == ["deployments.yaml:3:5 R704"]
    # Other rules report a file that cannot be read.
    repo.write("deployments.yaml", f"environments:\n  staging:\n    greeting: {POINTER}\n    greeting: {POINTER}\n")
    assert run(project) == ["deployments.yaml:4:5 Y103"]
    (repo.path / "deployments.yaml").unlink()
    assert run(project) == []


def test_pointers_are_not_checked_in_a_clone_without_full_history(project: Project, repo: Repo) -> None:
    repo.write("deployments.yaml", f"environments:\n  staging:\n    greeting: {POINTER}\n")
    repo.write(".git/shallow", repo.head + "\n")
    assert run(project) == []


def test_fixes_are_planned_for_files_with_a_fix_and_then_written(project: Project, repo: Repo) -> None:
    repo.write("prompts/a.yaml", "name: b \nprompt: a\n")
    repo.write("prompts/b.yaml", "descripton: b\nprompt: c\n")
    repo.write("prompts/kept.yaml", "template: {keep_trailing_newline: true}\nprompt: |\n  Hello")
    files = plan_fixes(project, EVERYTHING, unsafe=False)
    assert [(file.path, file.fixed, len(file.refused)) for file in files] == [("a.yaml", 1, 0), ("kept.yaml", 0, 1)]
    assert repo.read("prompts/a.yaml") == "name: b \nprompt: a\n"
    before = (repo.path / "prompts/kept.yaml").stat().st_ino
    write_fixes(project, files)
    assert repo.read("prompts/a.yaml") == "name: b\nprompt: a\n"
    assert (repo.path / "prompts/kept.yaml").stat().st_ino == before
    unsafe = plan_fixes(project, EVERYTHING, unsafe=True)
    assert [file.path for file in unsafe] == ["b.yaml", "kept.yaml"]


def test_deployments_are_not_fixed(project: Project, repo: Repo) -> None:
    repo.write("deployments.yaml", "environments: {}\nextra: no\n")
    assert plan_fixes(project, EVERYTHING, unsafe=True) == ()


def test_a_commit_cannot_be_fixed(project: Project) -> None:
    with pytest.raises(UsageError) as caught:
        plan_fixes(project, EVERYTHING._replace(revision="HEAD"), unsafe=False)
    assert caught.value.message == "--fix changes files, and --at reads a commit"
    assert caught.value.hint == "Remove --at; commit what --fix changes."


def test_different_choices_of_rules_have_different_keys() -> None:
    t, s = selectors("T"), selectors("S")
    policies = [
        LintPolicy(), LintPolicy(select=()), LintPolicy(select=t), LintPolicy(extend_select=t), LintPolicy(ignore=t),
        LintPolicy(select=t, ignore=s), LintPolicy(select=s, ignore=t), LintPolicy(select=(*t, *s)),
    ]  # fmt: skip
    keys = [describe_policy(policy) for policy in policies]
    assert keys[0] == ("default", "extend", "ignore")
    assert keys[5] == ("select", "T", "extend", "ignore", "S")
    assert len(set(keys)) == len(keys)
