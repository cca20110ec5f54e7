"""Write the snapshots of test cases as they render now."""

from __future__ import annotations

from collections.abc import Sequence

from basalt_cli.files.write import replace_file
from basalt_cli.model.case_result import CaseResult, PromptResult, SnapshotState
from basalt_cli.testing.snapshot_file import format_snapshots, parse_snapshots, section_name, snapshot_path
from basalt_cli.workspace.project import Project


def write_snapshots(
    project: Project, results: Sequence[PromptResult], *, keeps_others: bool
) -> tuple[PromptResult, ...]:
    """Write the snapshots of the cases that ran, and return the results with the states that follow.

    Snapshots of cases that did not run are kept if ``keeps_others``, and removed otherwise. A file without snapshots is
    removed; a file that would not change is not written.
    """
    return tuple(_write(project, result, keeps_others) for result in results)


def _write(project: Project, result: PromptResult, keeps_others: bool) -> PromptResult:
    if result.error is not None or project.root is None:
        return result
    path = project.root / project.config.prompts / snapshot_path(result.slug)
    data = path.read_bytes() if path.is_file() else b""
    kept = _choose_kept(parse_snapshots(data.decode(errors="replace")), result, keeps_others)
    sections = {**kept, **{section_name(case.name): case.section for case in result.cases if case.section}}
    text = format_snapshots(result.slug, sections).encode()
    if not sections:
        path.unlink(missing_ok=True)
    elif data != text:
        replace_file(path, text)
    return result._replace(cases=tuple(_settle(case) for case in result.cases), obsolete=())


def _choose_kept(sections: dict[str, str], result: PromptResult, keeps_others: bool) -> dict[str, str]:
    """Return the snapshots of cases that cannot be rendered now and, if ``keeps_others``, of those that did not run.

    The first are kept because a case that is fixed later is compared with what it rendered to before.
    """
    broken = {section_name(case.name) for case in result.cases if any(f.expectation is None for f in case.failures)}
    gone = {section_name(case.name) for case in result.cases} | set(result.obsolete)
    return {name: body for name, body in sections.items() if name in broken or (keeps_others and name not in gone)}


def _settle(case: CaseResult) -> CaseResult:
    """Return the result of a case whose snapshot has just been written."""
    failures = tuple(failure for failure in case.failures if failure.expectation != "snapshot")
    is_new = case.snapshot in (SnapshotState.MISSING, SnapshotState.DIFFERS)
    return case._replace(failures=failures, snapshot=SnapshotState.WRITTEN if is_new else case.snapshot)
