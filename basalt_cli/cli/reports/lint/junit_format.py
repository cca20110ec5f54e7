"""Findings as JUnit's XML: a suite for each file, a failed case for each finding."""

from __future__ import annotations

from basalt_cli.cli.reports.junit import JUnitCase, JUnitProblem, JUnitSuite, format_junit
from basalt_cli.cli.reports.lint import Layout
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport

_NOTHING_FOUND = JUnitSuite("basalt lint", (JUnitCase("no findings", "basalt"),))


def format_report(report: LintReport, layout: Layout) -> str:
    """Return the suites; a run without findings has one case that passes."""
    by_file: dict[str, list[JUnitCase]] = {}
    for finding in report.findings:
        path = layout.prefix + finding.path
        by_file.setdefault(path, []).append(_to_case(path, finding))
    suites = [JUnitSuite(path, tuple(cases)) for path, cases in by_file.items()]
    return format_junit("basalt lint", suites or [_NOTHING_FOUND], counts_errors=False)


def _to_case(path: str, finding: Finding) -> JUnitCase:
    line, column, *_ = finding.span
    text = f"{finding.span.in_file(path)}: {finding.message}" + (f"\n{finding.help}" if finding.help else "")
    problem = JUnitProblem(finding.message, finding.severity, text)
    return JUnitCase(f"{finding.code} {finding.name} {line}:{column}", path, (problem,), path, line)
