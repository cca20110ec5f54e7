"""Cases that passed are not run again until something that they depend on changes."""

from __future__ import annotations

import json

import pytest
from basalt_cli.model.case_result import PromptResult
from basalt_cli.stores.sealed_file import write_sealed
from basalt_cli.testing import run_many
from basalt_cli.testing.run_many import CaseRequest, run_tests
from basalt_cli.testing.snapshot_writing import write_snapshots
from basalt_cli.versions.references import open_catalog
from basalt_cli.workspace.project import open_project

from tests.support import Repo

CASES = """\
variables: {name: string}
prompt: Hello {{ name }}{% include "voice.md" %}
tests:
  - name: one
    variables: {name: Ada}
    expect: [{contains: Hello}]
  - name: kept
    variables: {name: Ada}
    expect: [{snapshot: true}]
"""


@pytest.fixture
def tested(repo: Repo) -> Repo:
    """The prompt ``a`` with two cases that pass."""
    repo.write("prompts/a.yaml", CASES)
    repo.write("prompts/voice.md", ", kindly.\n")
    project = open_project(repo.path)
    request = CaseRequest(("a",), updates=True)
    write_snapshots(project, run_tests(project, open_catalog(project, None), request), keeps_others=False)
    project.close()
    return repo


def run(repo: Repo) -> PromptResult:
    project = open_project(repo.path)
    (result,) = run_tests(project, open_catalog(project, None), CaseRequest(("a",)))
    project.close()
    return result


def test_what_passed_is_not_run_again(tested: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(tested)
    assert not first.is_remembered
    monkeypatch.delattr(run_many, "check_cases")
    again = run(tested)
    assert again.is_remembered
    assert [(case.name, case.failures, case.snapshot) for case in again.cases] == [
        (case.name, (), case.snapshot) for case in first.cases
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("prompts/voice.md", ", gladly.\n"),
        ("prompts/a.yaml", CASES.replace("Hello", "Hey")),
        ("prompts/a.snap.md", "nothing\n"),
    ],
)
def test_what_a_case_depends_on_makes_it_run_again(tested: Repo, path: str, text: str) -> None:
    run(tested)
    assert (tested.path / path).is_file()
    tested.write(path, text)
    assert [run(tested).is_remembered for _ in range(2)] == [False, False]  # the snapshot differs, which fails


def test_a_failure_is_not_remembered(tested: Repo) -> None:
    tested.write("prompts/a.yaml", CASES.replace("contains: Hello", "contains: Bye"))
    assert [run(tested).is_failed for _ in range(2)] == [True, True]
    assert list((tested.path / ".git").glob("basalt/passed-*")) == []


def test_a_foreign_result_is_run_again(tested: Repo) -> None:
    run(tested)
    (path,) = (tested.path / ".git/basalt").glob("passed-*.json")
    identity, entries = json.loads(path.read_bytes().partition(b"\n")[2])
    shapes: tuple[object, ...] = ([["one"]], [["one", [], "unheard of", "", None]], 7)
    for foreign in shapes:
        write_sealed(path, identity, dict.fromkeys(entries, foreign))
        result = run(tested)
        assert (result.is_remembered, result.is_failed) == (False, False)
        assert run(tested).is_remembered
