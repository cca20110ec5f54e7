"""Findings as a compiler writes them, one on each line."""

from __future__ import annotations

import os

from basalt_cli.cli.output import safe_line
from basalt_cli.cli.reports.lint import Layout
from basalt_cli.model.lint_report import LintReport


def format_report(report: LintReport, layout: Layout) -> str:
    """Return ``path:line:column: severity CODE message [name]`` for each finding."""
    lines = []
    for finding in report.findings:
        place = str(finding.span.in_file(os.path.relpath(layout.root / finding.path)))
        lines.append(safe_line(f"{place}: {finding.severity} {finding.code} {finding.message} [{finding.name}]"))
    return "".join(f"{line}\n" for line in lines)
