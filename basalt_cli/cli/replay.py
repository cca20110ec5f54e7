"""Repeat what a lint or a status said, where nothing changed since: mostly nothing has.

Stands in front of the option parser, and knows just the plain forms of these commands. Whatever is not surely the same
is left to the command itself.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from basalt_cli.files.signatures import look_below
from basalt_cli.model.config import CONFIG_NAME, DEPLOYMENTS_NAME
from basalt_cli.model.lint_report import LintReport
from basalt_cli.stores.lint_store import Stored, hash_deployments, read_store, store_path
from basalt_cli.workspace.project_root import find_root

_FORMATS = ("text", "concise", "json")
# The rules chosen on the command line, as use_cases.lint_request describes them: none.
_NO_POLICY = ("default", "extend", "ignore")


def replay(arguments: Sequence[str]) -> int | None:
    """Answer a command in front of the option parser, and return its exit code; None where it must do so itself."""
    return replay_status(arguments) if arguments[0] == "status" else replay_lint(arguments)


def replay_status(arguments: Sequence[str]) -> int | None:
    """Print the status that was worked out for just these refs; None where there is none."""
    output = _find_format(arguments)
    root = find_root(Path.cwd()) if output in ("text", "json") else None
    if output is None or root is None:
        return None
    from basalt_cli.cli.reports.status import print_status
    from basalt_cli.environments.remembered_status import find_status
    from basalt_cli.errors import BasaltError
    from basalt_cli.workspace.project import open_project

    # Thousands of small objects are made and shown, and then the process ends: there is nothing to collect.
    gc.disable()
    try:
        project = open_project(Path.cwd())
        try:
            status = find_status(project)
        finally:
            project.close()
    except BasaltError:
        return None  # The command itself says what is wrong.
    if status is None:
        return None
    print_status(status, output)
    return 0


def replay_lint(arguments: Sequence[str]) -> int | None:
    """Print the report of the last lint and return its exit code; None where it must be worked out."""
    output = _find_format(arguments)
    root = find_root(Path.cwd()) if output is not None else None
    if output is None or root is None:
        return None
    store = read_store(store_path(root, (root / CONFIG_NAME).read_bytes(), _NO_POLICY))
    if store is None or not _is_current(store, root):
        return None
    report = _read_report(store, root)
    _print(output, report, root)
    return int(report.fails)


def _find_format(arguments: Sequence[str]) -> str | None:
    match list(arguments):
        case [_]:
            return "text"
        case [_, "--format", name] if name in _FORMATS:
            return name
        case _:
            return None


def _is_current(store: Stored, root: Path) -> bool:
    looks = look_below(os.path.realpath(root / store.prompts_folder))
    # A look that was not trusted when it was stored equals no look.
    return looks == store.looks and store.deployments == _hash_deployments(root)


def _hash_deployments(root: Path) -> str:
    path = root / DEPLOYMENTS_NAME
    if not path.is_file():
        return hash_deployments(None, "")
    from basalt_cli.pointers.plain_deployments import has_pointers

    data, refs = path.read_bytes(), ""
    if has_pointers(data):
        from basalt_cli.git.process import list_branches

        refs = list_branches(root)
    return hash_deployments(data, refs)


def _read_report(store: Stored, root: Path) -> LintReport:
    stored = [found for findings, *_ in store.entries.values() for found in findings]
    stored = sorted([*stored, *store.rest], key=lambda found: (found[3], found[4], found[0]))
    if not stored:
        return LintReport((), len(store.entries), {})
    from basalt_cli.lint.secret_patterns import hide_secrets
    from basalt_cli.lint.stored_findings import decode_findings

    paths = dict.fromkeys(found[3] for found in stored)
    texts = {path: (root / path).read_bytes().decode(errors="replace") for path in paths}
    return hide_secrets(LintReport(decode_findings(stored), len(store.entries), texts))


def _print(output: str, report: LintReport, root: Path) -> None:
    if report.findings or output == "json":
        from basalt_cli.cli.reports.lint import Layout, format_report

        sys.stdout.write(format_report(output, report, Layout(root, "")))  # type: ignore[arg-type]
    if output != "json":
        from basalt_cli.cli.reports.lint.summary import print_summary

        print_summary(report)
