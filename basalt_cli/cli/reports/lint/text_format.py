"""Findings for people, each with its line, carets under the place, and what to do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby

from basalt_cli.cli.output import SEVERITY_STYLES, Segment, format_lines
from basalt_cli.cli.reports.lint import Layout
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport
from basalt_cli.text.clean import clean_line

_WIDEST_EXCERPT = 100


def format_report(report: LintReport, layout: Layout) -> str:
    """Return the findings in the order of paths and positions, with a blank line between files."""
    return format_lines(_all_lines(report, layout))


def _all_lines(report: LintReport, layout: Layout) -> Iterator[list[Segment]]:
    for path, findings in groupby(report.findings, key=lambda finding: finding.path):
        if path != report.findings[0].path:
            yield []
        for finding in findings:
            yield from _lines(finding, report, layout)


def _lines(finding: Finding, report: LintReport, layout: Layout) -> Iterator[list[Segment]]:
    path = layout.root / finding.path
    place = f"{finding.span.in_file(os.path.relpath(path))}: "
    severity = Segment(finding.severity, SEVERITY_STYLES[finding.severity])
    code = Segment(f" {finding.code} ", "bold")
    yield [
        Segment(place, link=path.absolute().as_uri()),
        severity,
        code,
        Segment(f"{finding.message} [{finding.name}]"),
    ]
    yield from _excerpt(finding, report.texts.get(finding.path, ""))
    if finding.help:
        yield [Segment(f"    {finding.help}", "dim")]


def _excerpt(finding: Finding, text: str) -> Iterator[list[Segment]]:
    """Yield the line and the carets; a long line is cut around the place."""
    lines = text.split("\n")
    if not 0 < finding.span.line <= len(lines) or not lines[finding.span.line - 1].strip():
        return
    line = lines[finding.span.line - 1].rstrip("\r")
    start = max(0, finding.span.column - 1 - _WIDEST_EXCERPT // 2) if len(line) > _WIDEST_EXCERPT else 0
    before = clean_line(line[start : finding.span.column - 1])
    is_one_line = finding.span.end_line == finding.span.line
    end = finding.span.end_column - 1 if is_one_line else len(line)
    marked = clean_line(line[finding.span.column - 1 : max(end, finding.span.column)])
    rest = clean_line(line[max(end, finding.span.column) : start + _WIDEST_EXCERPT])
    marked = marked[:_WIDEST_EXCERPT]
    yield [Segment("    | ", "dim"), Segment(before + marked + rest)]
    yield [Segment("    | ", "dim"), Segment(" " * _width(before) + "^" * max(1, _width(marked)), "bold red")]


def _width(text: str) -> int:
    """Return the columns that a text takes on a terminal: 2 for a wide character, 0 for a combining one."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
