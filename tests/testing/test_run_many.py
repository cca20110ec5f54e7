"""Many prompts: results in order, and what is remembered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from basalt_cli.model.case_result import CaseResult, PromptResult, SnapshotState
from basalt_cli.sandbox import workers
from basalt_cli.testing.case_choice import CaseChoice
from basalt_cli.testing.run_many import CaseRequest, run_tests
from basalt_cli.versions.references import open_catalog
from basalt_cli.workspace.project import Project

from tests.support import Repo

CASE = (
    "variables: {x: string}\nprompt: '{{ x }}'\ntests:\n  - {name: one, variables: {x: a}, expect: [{contains: %s}]}\n"
)
Run = Callable[..., tuple[PromptResult, ...]]


@pytest.fixture
def run(project: Project) -> Run:
    """Run tests in the working tree, read anew."""

    def run_once(*slugs: str, choice: str | None = None, updates: bool = False) -> tuple[PromptResult, ...]:
        request = CaseRequest(slugs, CaseChoice(choice) if choice is not None else None, updates)
        return run_tests(project, open_catalog(project, None, None), request)

    return run_once


def list_run(results: tuple[PromptResult, ...]) -> list[str]:
    return [result.slug for result in results if not result.is_remembered]


def test_results_are_in_the_order_of_the_request(repo: Repo, run: Run) -> None:
    for slug, text in {"a": "a", "b": "zzz", "c": "a"}.items():
        repo.write(f"prompts/{slug}.yaml", CASE % text)
    repo.write("prompts/d.yaml", "prompt: [\n")
    results = run("c", "d", "b", "greeting", "a")
    assert [result.slug for result in results] == ["c", "d", "b", "greeting", "a"]
    assert [result.is_failed for result in results] == [False, True, True, False, False]
    assert list_run(run("c", "d", "b", "greeting", "a")) == ["d", "b"]


def test_a_remembered_result_has_the_cases_and_snapshots_of_the_run(repo: Repo, run: Run) -> None:
    section = "\n### user\n\na\n"
    repo.write("prompts/a.yaml", (CASE % "a").replace("contains: a", "snapshot: true"))
    repo.write("prompts/a.snap.md", f"# a\n\n## one\n{section}")
    assert run("a") == (PromptResult("a", (CaseResult("one", (), SnapshotState.MATCHED, section, 4),)),)
    remembered = PromptResult("a", (CaseResult("one", (), SnapshotState.MATCHED),), is_remembered=True)
    assert run("a") == (remembered,)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("prompts/a.yaml", (CASE % "a").replace("tests:", "description: new\ntests:")),
        ("prompts/part.md", "other"),
        ("prompts/_fixtures/f.yaml", "x: other\n"),
        ("prompts/a.snap.md", "# a\n\n## two\n\n### user\n\nx\n"),
    ],
)
def test_a_prompt_is_run_again_when_one_of_its_files_changes(repo: Repo, run: Run, name: str, text: str) -> None:
    repo.write(
        "prompts/a.yaml",
        "variables: {x: string}\nprompt: '{% include \"part.md\" %}'\ntests:\n  - {name: o, fixtures: f.yaml}\n",
    )
    repo.write("prompts/part.md", "part")
    repo.write("prompts/_fixtures/f.yaml", "x: a\n")
    run("a", "greeting")
    assert list_run(run("a", "greeting")) == []
    repo.write(name, text)
    assert list_run(run("a", "greeting")) == ["a"]


def test_a_prompt_that_does_not_exist_is_an_error_of_its_own(run: Run) -> None:
    missing, greeting = run("absent", "greeting")
    assert missing.error == "there is no prompt 'absent' in the working tree"
    assert not greeting.is_failed


def test_obsolete_snapshots_are_reported_each_time(repo: Repo, run: Run) -> None:
    repo.write("prompts/a.yaml", CASE % "a")
    repo.write("prompts/a.snap.md", "# a\n\n## two\n\n### user\n\nx\n")
    assert [run("a")[0].obsolete for _ in range(2)] == [("two",), ("two",)]


def test_chosen_cases_and_updates_always_run(repo: Repo, run: Run) -> None:
    repo.write("prompts/a.yaml", CASE % "a")
    run("a")
    assert list_run(run("a", choice="one")) == ["a"]
    assert list_run(run("a", updates=True)) == ["a"]
    assert list_run(run("a")) == []


def test_prompts_without_a_chosen_case_are_left_out_but_not_those_with_errors(repo: Repo, run: Run) -> None:
    repo.write("prompts/a.yaml", CASE % "a")
    repo.write("prompts/d.yaml", "prompt: [\n")
    assert [result.slug for result in run("a", "d", "greeting", choice="a::one")] == ["a", "d"]


def test_progress_is_reported_after_each_batch(repo: Repo, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basalt_cli.testing.run_many._BATCH", 2)
    slugs = tuple(f"p{number}" for number in range(5))
    for slug in slugs:
        repo.write(f"prompts/{slug}.yaml", CASE % "a")
    told: list[tuple[int, int]] = []
    run_tests(project, open_catalog(project, None, None), CaseRequest(slugs), lambda *counts: told.append(counts))
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_several_processes_give_the_same_results(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    slugs = [f"p{number}" for number in range(30)]
    for number, slug in enumerate(slugs):
        repo.write(f"prompts/{slug}.yaml", CASE % ("zzz" if number == 7 else "a"))
    alone = run(*slugs, updates=True)
    monkeypatch.setattr(workers, "_FEWEST_ITEMS", 4)
    assert run(*slugs, updates=True) == alone
    assert [result.slug for result in alone if result.is_failed] == ["p7"]
