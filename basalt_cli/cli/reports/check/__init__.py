"""The report of ``basalt check``: a module for each format, each with ``format_check(report) -> str``.

The formats for CI systems (github, sarif, junit) are those of the lint report, with a finding for each item.
"""

from __future__ import annotations

from importlib import import_module
from typing import Literal, TypeAlias, get_args

from basalt_cli.cli.reports.lint import Layout, format_report
from basalt_cli.model.check_report import CheckItem, CheckReport, Level
from basalt_cli.model.config import CONFIG_NAME
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport
from basalt_cli.model.source import Span
from basalt_cli.text.words import plural

CheckFormat: TypeAlias = Literal["text", "json", "markdown", "github", "sarif", "junit"]
_LIKE_LINT = ("github", "sarif", "junit")
_SEVERITIES = {Level.FAIL: "error", Level.WARN: "warning", Level.ALLOWED: "info"}


def format_check(name: CheckFormat, report: CheckReport, layout: Layout) -> str:
    """Return the report in a format."""
    if name in _LIKE_LINT:
        # In JUnit's XML every problem is a failure: warnings have no place in it.
        items = [item for item in report.items if name != "junit" or item.level is Level.FAIL]
        findings = tuple(_to_finding(item) for item in items)
        text = format_report(name, LintReport(findings, report.files, {}), layout)  # type: ignore[arg-type]
        # GitHub shows any line that is not a command in the log of the job.
        return f"{text}{describe_verdict(report)}\n" if name == "github" else text
    module = import_module(f"basalt_cli.cli.reports.check.{name}_format")
    found: str = module.format_check(report)
    return found


def is_format(name: str) -> bool:
    """Return whether there is a format of this name."""
    return name in get_args(CheckFormat)


def describe(item: CheckItem) -> str:
    """Return the message of an item, with its prompt if the message does not contain it, and why it is allowed."""
    about = f"{item.slug}: " if item.slug is not None and item.slug not in item.message else ""
    allowed = f" (allowed: {item.reason})" if item.reason is not None else ""
    return f"{about}{item.message}{allowed}"


def describe_verdict(report: CheckReport) -> str:
    """Return one line: whether the change may be merged, and how much was checked."""
    failed = sum(item.level is Level.FAIL for item in report.items)
    warned = sum(item.level is Level.WARN for item in report.items)
    seen = f"{plural(len(report.diffs), 'prompt')} changed, {plural(report.cases, 'case')} run"
    verdict = f"not to be merged: {plural(failed, 'failure')}," if report.fails else "good to merge:"
    return f"{verdict} {plural(warned, 'warning')}; {seen}"


def _to_finding(item: CheckItem) -> Finding:
    line, column = item.line or 1, item.column or 1
    code = item.code or item.kind
    span = Span(line, column, line, column + 1)
    return Finding(code, item.kind, _SEVERITIES[item.level], item.path or CONFIG_NAME, span, describe(item), item.help)
