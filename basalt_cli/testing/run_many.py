"""Run the test cases of many prompts; what passed, and has not changed since, is not run again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from basalt_cli.errors import BasaltError
from basalt_cli.files.write import replace_file
from basalt_cli.model.case_result import CaseFailure, CaseResult, PromptResult, SnapshotState
from basalt_cli.model.progress import Progress, tell_nobody
from basalt_cli.sandbox.workers import map_in_processes
from basalt_cli.stores.store import Kind
from basalt_cli.testing.case_choice import CaseChoice
from basalt_cli.testing.cases import list_files
from basalt_cli.testing.run_one import check_cases
from basalt_cli.testing.snapshot_file import format_snapshots, section_name, snapshot_path
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project

_BATCH = 96
_PASSED = Kind("passed", tuple[CaseResult, ...], most_entries=20_000, most_files=1)


class CaseRequest(NamedTuple):
    """Which prompts and which of their cases to run, and whether snapshots are written."""

    slugs: tuple[str, ...]
    choice: CaseChoice | None = None
    updates: bool = False

    def is_chosen(self, slug: str, case: str) -> bool:
        """Say whether a case is to be run."""
        return self.choice is None or self.choice.matches(f"{slug}::{case}")


def run_tests(
    project: Project, catalog: Catalog, request: CaseRequest, progress: Progress = tell_nobody
) -> tuple[PromptResult, ...]:
    """Run cases, and return what came of them by prompt; prompts without a chosen case are left out."""
    store = project.open_store(_PASSED) if request.choice is None and not request.updates else None
    found: dict[str, PromptResult] = {}
    keys = {slug: _find_key(catalog, slug) for slug in request.slugs} if store is not None else {}
    for slug, key in keys.items():
        cases = store.find(key) if store is not None and key is not None else None
        if cases is not None:
            found[slug] = PromptResult(slug, cases, is_remembered=True)
    left = [slug for slug in request.slugs if slug not in found]
    for result in _run(catalog, request, left, progress):
        found[result.slug] = result
    for slug in left if store is not None else ():
        key, result = keys[slug], found[slug]
        if store is not None and key is not None and _is_clean(result):
            store.keep(key, tuple(CaseResult(case.name, (), case.snapshot) for case in result.cases))
    results = tuple(found[slug] for slug in request.slugs)
    return tuple(result for result in results if request.choice is None or result.cases or result.error)


def write_snapshots(
    project: Project, results: Sequence[PromptResult], request: CaseRequest
) -> tuple[PromptResult, ...]:
    """Write what cases rendered to as their snapshots, and return the results as they are then."""
    return tuple(_write(project, result, request) for result in results)


def _run(catalog: Catalog, request: CaseRequest, slugs: list[str], progress: Progress) -> Iterator[PromptResult]:
    def check(slug: str) -> PromptResult:
        return check_cases(catalog, slug, lambda name: request.is_chosen(slug, name))

    # Batches, so that somebody who waits sees how far it is.
    for start in range(0, len(slugs), _BATCH):
        yield from map_in_processes(check, slugs[start : start + _BATCH])
        progress(min(start + _BATCH, len(slugs)), len(slugs))


def _find_key(catalog: Catalog, slug: str) -> str | None:
    """Name all that the outcome of a prompt's cases hangs on; None where that cannot be read."""
    try:
        closure = catalog.get_closure(slug)
        prompt = catalog.get_file(slug).prompt
    except BasaltError:
        return None
    if prompt is None:
        return None
    # A name that is not UTF-8 has a finding of the linter's, and its cases run all the same.
    sha = hashlib.sha256(f"{slug}\0{closure.digest}".encode(errors="surrogateescape"))
    for path in (snapshot_path(slug), *list_files(prompt)):
        data = catalog.tree.read(path)
        name = f"\0{path}\0{len(data) if data is not None else -1}\0"
        sha.update(name.encode(errors="surrogateescape") + (data or b""))
    return sha.hexdigest()


def _is_clean(result: PromptResult) -> bool:
    return not result.is_failed and not result.obsolete


def _write(project: Project, result: PromptResult, request: CaseRequest) -> PromptResult:
    if result.error is not None or project.root is None:
        return result
    path = project.root / project.config.prompts / snapshot_path(result.slug)
    kept = _keep_others(path.read_bytes() if path.is_file() else b"", result, request)
    sections = {**kept, **{section_name(case.name): case.section for case in result.cases if case.section}}
    text = format_snapshots(result.slug, sections)
    if not sections:
        path.unlink(missing_ok=True)
    elif not path.is_file() or path.read_bytes() != text.encode():
        replace_file(path, text.encode())
    return result._replace(cases=tuple(_settle(case) for case in result.cases), obsolete=())


def _keep_others(data: bytes, result: PromptResult, request: CaseRequest) -> dict[str, str]:
    """Return the snapshots of cases that were not chosen, or that cannot be rendered now; those of no case go."""
    from basalt_cli.testing.snapshot_file import parse_snapshots

    sections = parse_snapshots(data.decode(errors="replace"))
    run = {section_name(case.name) for case in result.cases}
    # What a case rendered to when it still could is what its mended version is held against.
    broken = {section_name(case.name) for case in result.cases if any(f.expectation is None for f in case.failures)}
    others = sections.keys() - run - set(result.obsolete) if request.choice is not None else set()
    return {name: body for name, body in sections.items() if name in broken or name in others}


def _settle(case: CaseResult) -> CaseResult:
    """Return a case whose snapshot has just been written."""
    left: tuple[CaseFailure, ...] = tuple(failure for failure in case.failures if failure.expectation != "snapshot")
    is_new = case.snapshot in (SnapshotState.MISSING, SnapshotState.DIFFERS)
    return case._replace(failures=left, snapshot=SnapshotState.WRITTEN if is_new else case.snapshot)
