"""Findings as workflow commands of GitHub Actions, which become annotations in a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
"""

from __future__ import annotations

from basalt_cli.cli.reports.lint import Layout
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport
from basalt_cli.text.clean import clean_line

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def format_report(report: LintReport, layout: Layout) -> str:
    """Return a command for each finding, with all text escaped."""
    return "".join(f"{_to_command(finding, layout.prefix)}\n" for finding in report.findings)


def _to_command(finding: Finding, prefix: str) -> str:
    line, column, end_line, end_column = finding.span
    properties = {
        "file": prefix + finding.path,
        "line": line,
        "endLine": end_line,
        "col": column,
        "endColumn": end_column,
        "title": " ".join(dict.fromkeys((finding.code, finding.name))),
    }
    listed = ",".join(f"{name}={_escape_property(str(value))}" for name, value in properties.items())
    message = f"{finding.message}. {finding.help}" if finding.help else finding.message
    return f"::{_LEVELS[finding.severity]} {listed}::{_escape(clean_line(message))}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(clean_line(text)).replace(":", "%3A").replace(",", "%2C")
