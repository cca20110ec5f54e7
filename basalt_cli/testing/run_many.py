"""Run the test cases of many prompts; prompts that passed and have not changed since are not run again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.errors import BasaltError
from basalt_cli.model.case_result import CaseResult, PromptResult
from basalt_cli.model.progress import Progress, ignore_progress
from basalt_cli.sandbox.workers import map_in_processes
from basalt_cli.stores.store import Kind
from basalt_cli.testing.case_choice import CaseChoice
from basalt_cli.testing.cases import list_files
from basalt_cli.testing.run_one import check_cases
from basalt_cli.testing.snapshot_file import snapshot_path
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project

_BATCH = 96
_PASSED = Kind("passed", tuple[CaseResult, ...], most_entries=20_000, most_files=1)


class CaseRequest(NamedTuple):
    """The prompts to test, which of their cases to run (None: all), and whether their snapshots will be written."""

    slugs: tuple[str, ...]
    choice: CaseChoice | None = None
    updates: bool = False

    def is_chosen(self, slug: str, case: str) -> bool:
        """Return whether a case is to be run."""
        return self.choice is None or self.choice.matches(f"{slug}::{case}")


def run_tests(
    project: Project, catalog: Catalog, request: CaseRequest, progress: Progress = ignore_progress
) -> tuple[PromptResult, ...]:
    """Run cases and return the results in the order of the prompts; prompts without a chosen case are left out.

    Results are remembered only where all cases run and no snapshot will be written.
    """
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


def _run(catalog: Catalog, request: CaseRequest, slugs: list[str], progress: Progress) -> Iterator[PromptResult]:
    def check(slug: str) -> PromptResult:
        return check_cases(catalog, slug, lambda name: request.is_chosen(slug, name))

    # In batches, so that the progress can be shown in between.
    for start in range(0, len(slugs), _BATCH):
        yield from map_in_processes(check, slugs[start : start + _BATCH])
        progress(min(start + _BATCH, len(slugs)), len(slugs))


def _find_key(catalog: Catalog, slug: str) -> str | None:
    """Return a hash of everything that the results of a prompt's cases depend on; None if it cannot be read."""
    try:
        closure = catalog.get_closure(slug)
        prompt = catalog.get_file(slug).prompt
    except BasaltError:
        return None
    if prompt is None:
        return None
    # A slug that is not UTF-8 is a finding of the linter; its cases run all the same.
    sha = hashlib.sha256(f"{slug}\0{closure.digest}".encode(errors="surrogateescape"))
    for path in (snapshot_path(slug), *list_files(prompt)):
        data = catalog.tree.read(path)
        name = f"\0{path}\0{len(data) if data is not None else -1}\0"
        sha.update(name.encode(errors="surrogateescape") + (data or b""))
    return sha.hexdigest()


def _is_clean(result: PromptResult) -> bool:
    return not result.is_failed and not result.obsolete
