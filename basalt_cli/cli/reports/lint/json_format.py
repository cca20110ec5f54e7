"""Findings as JSON; the schema is schemas/output/lint.schema.json."""

from __future__ import annotations

from typing import Any

from basalt_cli.cli.output import format_json
from basalt_cli.cli.reports.lint import Layout
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport


def format_report(report: LintReport, layout: Layout) -> str:  # noqa: ARG001 - paths start at the project's folder
    """Return the findings and a summary."""
    summary = {
        "files": report.files,
        "errors": report.errors,
        "warnings": report.warnings,
        "infos": report.infos,
    }
    return format_json({"findings": [_to_json(finding) for finding in report.findings], "summary": summary})


def _to_json(finding: Finding) -> dict[str, Any]:
    line, column, end_line, end_column = finding.span
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "path": finding.path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "message": finding.message,
        "help": finding.help,
        "fixable": finding.is_fixable,
    }
