"""Lint the working tree of a whole project, and lint again only the files that changed since the last time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from basalt_cli.files.signatures import UNTRUSTED, Signature, read_signatures, trust
from basalt_cli.lint.engine import Linted, Linter, Source, combine, list_prompt_paths
from basalt_cli.lint.remembered_report import MOST_STORES, REPORT, RememberedReport, compute_state, open_lint_store
from basalt_cli.lint.rule_choice import Choice
from basalt_cli.lint.subject import hash_bytes
from basalt_cli.model.lint_report import LintReport
from basalt_cli.stores.store import Kind, Store

_KEY = "files"


class _Remembered(NamedTuple):
    """The signatures of all files below the prompts folder, and the results of those that were linted, by path."""

    signatures: dict[str, Signature]
    linted: dict[str, Linted]


_FILES = Kind("lint", _Remembered, most_entries=1, most_files=MOST_STORES)


def lint_cached(root: Path, config: bytes, policy: tuple[str, ...], source: Source, choice: Choice) -> LintReport:
    """Return the report on the working tree of a project, and remember it.

    ``config`` is the content of basalt.yaml, ``policy`` describes the rules chosen on the command line: other results
    are remembered for others.
    """
    folder = os.path.realpath(root / source.prompts_folder)
    now, before = time.time(), read_signatures(folder)
    files = open_lint_store(_FILES, root, config, policy)
    remembered = files.find(_KEY)
    fresh = _find_fresh(remembered, folder, before) if remembered is not None else {}
    linter = Linter(source, choice)
    linted = _lint_rest(linter, list_prompt_paths(source.tree), fresh)
    reached = {partial for found in linted.values() for partial in found.facts.reached} - linted.keys()
    linted |= _lint_rest(linter, sorted(reached), fresh)
    report = combine(source, linted, linter.lint_project(found.facts for found in linted.values()))
    # What changed meanwhile may be in some results, and not in others.
    if read_signatures(folder) == before:
        signatures = {path: trust(signature, now) for path, signature in before.items()}
        files.keep(_KEY, _Remembered(signatures, linted))
        files.save()
        if UNTRUSTED not in signatures.values():
            _remember_report(open_lint_store(REPORT, root, config, policy), before, source, report)
    return report


def _remember_report(
    reports: Store[RememberedReport], signatures: dict[str, Signature], source: Source, report: LintReport
) -> None:
    state = compute_state(signatures, source.deployments, source.refs)
    reports.keep(source.prompts_folder, RememberedReport(state, report.findings, report.files))
    reports.save()


def _lint_rest(linter: Linter, paths: list[str], fresh: dict[str, Linted]) -> dict[str, Linted]:
    new = linter.lint_files([path for path in paths if path not in fresh])
    return {path: fresh[path] if path in fresh else new[path] for path in paths}


def _find_fresh(remembered: _Remembered, folder: str, signatures: dict[str, Signature]) -> dict[str, Linted]:
    """Return the results of files that did not change, and that include no file that did."""
    old, linted = remembered
    differing = {path for path in signatures.keys() | old.keys() if signatures.get(path) != old.get(path)}
    changed = {path for path in differing if path not in linted or not _is_same(linted[path], folder, path, signatures)}
    unchanged = {path: found for path, found in linted.items() if path not in changed}
    return {path: found for path, found in unchanged.items() if changed.isdisjoint(found.dependencies)}


def _is_same(linted: Linted, folder: str, path: str, signatures: dict[str, Signature]) -> bool:
    """Say whether a file still has the content that was linted."""
    if not isinstance(signatures.get(path), list):
        return False
    try:
        return hash_bytes(Path(folder, path).read_bytes()) == linted.content_hash
    except OSError:
        return False
