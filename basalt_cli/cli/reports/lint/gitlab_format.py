"""Findings as GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

import hashlib
from typing import Any

from basalt_cli.cli.output import format_json
from basalt_cli.cli.reports.lint import Layout
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def format_report(report: LintReport, layout: Layout) -> str:
    """Return the list of issues; a fingerprint stays the same when the lines of an issue change."""
    seen: dict[tuple[str, str, str], int] = {}
    issues = []
    for finding in report.findings:
        key = (finding.path, finding.code, finding.message)
        seen[key] = seen.get(key, 0) + 1
        issues.append(_to_issue(finding, seen[key], layout.prefix))
    return format_json(issues)


def _to_issue(finding: Finding, occurrence: int, prefix: str) -> dict[str, Any]:
    identity = "\0".join((finding.path, finding.code, finding.message, str(occurrence)))
    lines = {"begin": finding.span.line, "end": finding.span.end_line}
    return {
        "description": f"{finding.code} {finding.message}",
        "check_name": finding.name,
        "fingerprint": hashlib.sha256(identity.encode(errors="replace")).hexdigest(),
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": prefix + finding.path, "lines": lines},
    }
