from __future__ import annotations

from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport
from basalt_cli.model.source import FILE_START, Edit, Fix


def finding(severity: str, fix: Fix | None = None) -> Finding:
    return Finding("T1", "name", severity, "a.yaml", FILE_START, "message", None, fix)


def report(*severities: str) -> LintReport:
    return LintReport(tuple(map(finding, severities)), 1, {})


def test_findings_are_counted_by_severity() -> None:
    found = report("error", "info", "warning", "error", "info", "info")
    assert (found.errors, found.warnings, found.infos) == (2, 1, 3)


def test_errors_and_warnings_fail() -> None:
    assert not report().fails
    assert not report("info", "info").fails
    assert report("info", "warning").fails
    assert report("error").fails


def test_a_safe_fix_makes_a_finding_fixable() -> None:
    edits = (Edit(0, 1, ""),)
    assert not finding("error").is_fixable
    assert finding("error", Fix(edits)).is_fixable
    assert not finding("error", Fix(edits, is_safe=False)).is_fixable
