"""Snapshots are written as the cases render, and no other is lost by accident."""

from __future__ import annotations

import pytest
from basalt_cli.model.case_result import CaseFailure, CaseResult, PromptResult, SnapshotState
from basalt_cli.testing.snapshot_file import format_snapshots
from basalt_cli.testing.snapshot_writing import write_snapshots
from basalt_cli.workspace.project import Project

from tests.support import Repo

OLD = "\n### user\n\nold\n"
NEW = "\n### user\n\nnew\n"
DIFFERS = CaseFailure("snapshot", "the messages differ from it", wanted=OLD, got=NEW)
MISSING = CaseFailure("snapshot", "there is none yet", got=NEW)
OTHER = CaseFailure("contains", "it does not contain 'x'")
UNRENDERED = CaseFailure(None, "it cannot be rendered: x")
PATH = "prompts/greeting.snap.md"


def write(project: Project, *cases: CaseResult, keeps: bool = False, obsolete: tuple[str, ...] = ()) -> PromptResult:
    (found,) = write_snapshots(project, [PromptResult("greeting", cases, obsolete)], keeps_others=keeps)
    return found


def ran(name: str, state: SnapshotState, *failures: CaseFailure) -> CaseResult:
    return CaseResult(name, failures, state, NEW, 3)


def test_new_and_different_snapshots_are_written(project: Project, repo: Repo) -> None:
    repo.write(PATH, format_snapshots("greeting", {"a": OLD, "b": NEW}))
    result = write(
        project,
        ran("a", SnapshotState.DIFFERS, OTHER, DIFFERS),
        ran("b", SnapshotState.MATCHED),
        ran("c", SnapshotState.MISSING, MISSING),
        CaseResult("d", (OTHER,), line=4),
    )
    assert repo.read(PATH) == format_snapshots("greeting", {"a": NEW, "b": NEW, "c": NEW})
    assert result.cases == (
        ran("a", SnapshotState.WRITTEN, OTHER),
        ran("b", SnapshotState.MATCHED),
        ran("c", SnapshotState.WRITTEN),
        CaseResult("d", (OTHER,), line=4),
    )


def test_a_file_that_would_not_change_is_not_written(project: Project, repo: Repo) -> None:
    path = repo.write(PATH, format_snapshots("greeting", {"a": NEW}))
    before = path.stat()
    write(project, ran("a", SnapshotState.MATCHED))
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_windows_line_ends_are_replaced(project: Project, repo: Repo) -> None:
    repo.write(PATH, format_snapshots("greeting", {"a": NEW}).replace("\n", "\r\n"))
    write(project, ran("a", SnapshotState.MATCHED))
    assert (repo.path / PATH).read_bytes() == format_snapshots("greeting", {"a": NEW}).encode()


def test_a_file_without_snapshots_is_removed(project: Project, repo: Repo) -> None:
    repo.write(PATH, format_snapshots("greeting", {"a": NEW}))
    assert write(project, CaseResult("a"), obsolete=("a",)).obsolete == ()
    assert not (repo.path / PATH).exists()
    write(project, CaseResult("a"))
    assert not (repo.path / PATH).exists()


@pytest.mark.parametrize(("keeps", "names"), [(True, ["b", "a"]), (False, ["a"])])
def test_snapshots_of_cases_that_did_not_run_are_kept_only_if_asked(
    project: Project, repo: Repo, keeps: bool, names: list[str]
) -> None:
    repo.write(PATH, format_snapshots("greeting", {"b": OLD, "gone": OLD}))
    write(project, ran("a", SnapshotState.MISSING, MISSING), keeps=keeps, obsolete=("gone",))
    expected = {name: NEW if name == "a" else OLD for name in names}
    assert repo.read(PATH) == format_snapshots("greeting", expected)


def test_the_snapshot_of_a_case_that_cannot_be_rendered_is_kept(project: Project, repo: Repo) -> None:
    repo.write(PATH, format_snapshots("greeting", {"a": OLD}))
    result = write(project, CaseResult("a", (UNRENDERED,), line=3))
    assert repo.read(PATH) == format_snapshots("greeting", {"a": OLD})
    assert result.cases == (CaseResult("a", (UNRENDERED,), line=3),)


def test_a_prompt_with_an_error_keeps_its_file(project: Project, repo: Repo) -> None:
    repo.write(PATH, "anything")
    result = PromptResult("greeting", error="broken")
    assert write_snapshots(project, [result], keeps_others=False) == (result,)
    assert repo.read(PATH) == "anything"
