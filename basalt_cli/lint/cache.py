"""Lint a whole project, and look again only at what changed since the last time."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from basalt_cli.files.signatures import UNTRUSTED, Look, look_below, trust
from basalt_cli.lint.engine import Linted, Linter, Source, combine, list_prompt_paths
from basalt_cli.lint.rule import FileFacts
from basalt_cli.lint.rule_choice import Choice
from basalt_cli.lint.stored_findings import decode_findings, encode_findings
from basalt_cli.lint.subject import hash_bytes
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport
from basalt_cli.stores.lint_store import Stored, hash_deployments, read_store, store_path, write_store


def lint_cached(root: Path, config: bytes, policy: tuple[str, ...], source: Source, choice: Choice) -> LintReport:
    """Lint the working tree of a project.

    ``config`` and ``policy`` (the rules chosen on the command line) say which store the findings belong to.
    """
    path = store_path(root, config, policy)
    folder = os.path.realpath(root / source.prompts_folder)
    now, looks = time.time(), look_below(folder)
    store = read_store(path)
    fresh = _read_fresh(store, folder, looks) if store is not None else {}
    linter = Linter(source, choice)
    linted = _lint_rest(linter, list_prompt_paths(source.tree), fresh)
    reached = {partial for found in linted.values() for partial in found.facts.reached} - linted.keys()
    linted |= _lint_rest(linter, sorted(reached), fresh)
    rest = linter.lint_project(found.facts for found in linted.values())
    stored = _to_store(folder, now, looks, source, linted, rest)
    write_store(path, stored)
    return combine(source, linted, rest)


def _lint_rest(linter: Linter, paths: list[str], fresh: dict[str, Linted]) -> dict[str, Linted]:
    new = linter.lint_files([path for path in paths if path not in fresh])
    return {path: fresh[path] if path in fresh else new[path] for path in paths}


def _read_fresh(store: Stored, folder: str, looks: dict[str, Look]) -> dict[str, Linted]:
    """Return the stored results of files that did not change, and that include nothing that did."""
    differing = {name for name in looks.keys() | store.looks.keys() if looks.get(name) != store.looks.get(name)}
    changed = {name for name in differing if store.hashes.get(name) != _hash_file(folder, name, looks)}
    found = {path: _decode(entry) for path, entry in store.entries.items() if path not in changed}
    return {path: linted for path, linted in found.items() if changed.isdisjoint(linted.dependencies)}


def _to_store(
    folder: str,
    now: float,
    looks: dict[str, Look],
    source: Source,
    linted: dict[str, Linted],
    rest: tuple[Finding, ...],
) -> Stored:
    """Return what to keep; a file that changed while it was linted is known by nothing, and linted again."""
    after = look_below(folder)
    steady = {name for name, look in looks.items() if after.get(name) == look}
    return Stored(
        source.prompts_folder,
        {name: trust(look, now) if name in steady else UNTRUSTED for name, look in looks.items()},
        {name: found.content_hash for name, found in linted.items() if name in steady},
        {name: _encode(found) for name, found in linted.items()},
        encode_findings(rest),
        hash_deployments(source.deployments, source.refs),
    )


def _hash_file(folder: str, path: str, looks: dict[str, Look]) -> str:
    """Return the hash of a file; a text that no file has for what is none of its own, or not there."""
    if not isinstance(looks.get(path), list):
        return f"no file: {looks.get(path)}"
    try:
        return hash_bytes(Path(folder, path).read_bytes())
    except OSError:
        return "unreadable"


def _encode(linted: Linted) -> Any:
    return [encode_findings(linted.findings), list(linted.facts), list(linted.dependencies), linted.content_hash]


def _decode(entry: Any) -> Linted:
    findings, facts, dependencies, content_hash = entry
    path, is_prompt, is_readable, sent, reached, suppressed = facts
    known = FileFacts(path, is_prompt, is_readable, sent, tuple(reached), tuple(suppressed))
    return Linted(decode_findings(findings), known, tuple(dependencies), content_hash)
