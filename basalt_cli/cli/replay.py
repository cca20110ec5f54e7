"""Answer `basalt lint` and `basalt status` from what is remembered, before the option parser is imported.

Only the plain forms of the two commands are answered, and only where nothing they depend on has changed; everything
else is left to the command itself.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from basalt_cli.files.signatures import read_signatures
from basalt_cli.lint.remembered_report import NO_POLICY, REPORT, RememberedReport, compute_state, open_lint_store
from basalt_cli.model.config import CONFIG_NAME, DEPLOYMENTS_NAME
from basalt_cli.model.lint_report import LintReport
from basalt_cli.workspace.project_root import find_root

_FORMATS = ("text", "concise", "json")


def replay(arguments: Sequence[str]) -> int | None:
    """Answer a command and return its exit code; None where the command itself must do so."""
    return replay_status(arguments) if arguments[0] == "status" else replay_lint(arguments)


def replay_status(arguments: Sequence[str]) -> int | None:
    """Print the status that is remembered for the present refs and return 0; None where none is."""
    output = _find_format(arguments)
    root = find_root(Path.cwd()) if output in ("text", "json") else None
    if output is None or root is None:
        return None
    from basalt_cli.cli.reports.status import print_status
    from basalt_cli.environments.remembered_status import find_status
    from basalt_cli.errors import BasaltError
    from basalt_cli.workspace.project import open_project

    # Thousands of small objects live until the process ends: collecting garbage finds none.
    gc.disable()
    try:
        project = open_project(Path.cwd())
        try:
            status = find_status(project)
        finally:
            project.close()
    except BasaltError:
        return None  # The command itself reports the error.
    if status is None:
        return None
    print_status(status, output)
    return 0


def replay_lint(arguments: Sequence[str]) -> int | None:
    """Print the report of the last lint and return its exit code; None where the project may have changed since."""
    output = _find_format(arguments)
    root = find_root(Path.cwd()) if output is not None else None
    if output is None or root is None:
        return None
    reports = open_lint_store(REPORT, root, (root / CONFIG_NAME).read_bytes(), NO_POLICY)
    prompts_folder = reports.newest_key
    remembered = reports.find(prompts_folder) if prompts_folder is not None else None
    if prompts_folder is None or remembered is None or remembered.state != _compute_state(root, prompts_folder):
        return None
    report = _to_report(remembered, root)
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


def _compute_state(root: Path, prompts_folder: str) -> str:
    signatures = read_signatures(os.path.realpath(root / prompts_folder))
    path = root / DEPLOYMENTS_NAME
    if not path.is_file():
        return compute_state(signatures, None, "")
    from basalt_cli.pointers.plain_deployments import has_pointers

    data, refs = path.read_bytes(), ""
    if has_pointers(data):
        from basalt_cli.git.process import list_branches

        refs = list_branches(root)
    return compute_state(signatures, data, refs)


def _to_report(remembered: RememberedReport, root: Path) -> LintReport:
    if not remembered.findings:
        return LintReport((), remembered.files, {})
    from basalt_cli.lint.secret_patterns import hide_secrets

    paths = dict.fromkeys(finding.path for finding in remembered.findings)
    texts = {path: (root / path).read_bytes().decode(errors="replace") for path in paths}
    return hide_secrets(LintReport(remembered.findings, remembered.files, texts))


def _print(output: str, report: LintReport, root: Path) -> None:
    if report.findings or output == "json":
        from basalt_cli.cli.reports.lint import Layout, format_report

        sys.stdout.write(format_report(output, report, Layout(root, "")))  # type: ignore[arg-type]
    if output != "json":
        from basalt_cli.cli.reports.lint.summary import print_summary

        print_summary(report)
