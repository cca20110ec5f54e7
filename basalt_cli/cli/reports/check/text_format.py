"""The report of the merge gate for people: the changes, the items, the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.cli.output import RISK_STYLES, Segment, format_lines
from basalt_cli.cli.reports.check import describe, describe_verdict
from basalt_cli.model.check_report import CheckItem, CheckReport, Level

_STYLES = {Level.FAIL: "bold red", Level.WARN: "yellow", Level.ALLOWED: "cyan"}


def format_check(report: CheckReport) -> str:
    """Return the report as text."""
    return format_lines(_lines(report))


def _lines(report: CheckReport) -> Iterator[list[Segment]]:
    yield [Segment(f"{report.head} against {report.base_name}", "bold")]
    for diff in report.diffs:
        yield [Segment(f"  {diff.slug}  "), Segment(diff.risk.label, RISK_STYLES[diff.risk.label])]
        yield from ([Segment(f"    {change.risk.label.ljust(11)} {change.message}")] for change in diff.changes)
    for level in Level:
        for item in (found for found in report.items if found.level is level):
            yield from _item(item)
    yield [Segment(describe_verdict(report), "bold red" if report.fails else "green")]


def _item(item: CheckItem) -> Iterator[list[Segment]]:
    place = ":".join(str(part) for part in (item.path, item.line, item.column) if part is not None)
    where = f"{place}: " if place else ""
    code = f" {item.code}" if item.code is not None else ""
    head = Segment(f"{item.level.value} {item.kind}{code}", _STYLES[item.level])
    yield [Segment(where), head, Segment(f" {describe(item)}")]
    if item.help is not None:
        yield [Segment(f"    {item.help}", "dim")]
