"""Run the test cases of many prompts; prompts that passed and have not changed since are not run again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.errors import BasaltError
from basalt_cli.model.case_result import CaseResult, PromptResult, SnapshotState
from basalt_cli.model.progress import Progress, ignore_progress
from basalt_cli.sandbox.workers import map_in_processes
from basalt_cli.stores.passed_store import PassedStore
from basalt_cli.testing.case_choice import CaseChoice
from basalt_cli.testing.cases import list_files
from basalt_cli.testing.run_one import check_cases
from basalt_cli.testing.snapshot_file import snapshot_path
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project

_BATCH = 96


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
    store = PassedStore(project.find_repository()) if request.choice is None and not request.updates else None
    keys = {slug: _find_key(catalog, slug) for slug in request.slugs} if store is not None else {}
    found: dict[str, PromptResult] = {}
    for slug, key in keys.items():
        known = store.find(key) if store is not None and key is not None else None
        if known is not None:
            cases = tuple(CaseResult(name, (), SnapshotState(state) if state else None) for name, state in known)
            found[slug] = PromptResult(slug, cases, is_remembered=True)
    left = [slug for slug in request.slugs if slug not in found]
    found |= {result.slug: result for result in _run(catalog, request, left, progress)}
    if store is not None:
        store.keep({key: found[slug] for slug in left if (key := keys[slug]) is not None and _is_clean(found[slug])})
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
