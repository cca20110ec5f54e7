"""The report of the merge gate as JSON; the schema is schemas/output/check.schema.json."""

from __future__ import annotations

from typing import Any

from basalt_cli.cli.output import format_json
from basalt_cli.cli.reports.diff.json_format import to_json as diff_to_json
from basalt_cli.model.check_report import CheckItem, CheckReport


def format_check(report: CheckReport) -> str:
    """Return the verdict, the items and the changes."""
    return format_json(
        {
            "passed": not report.fails,
            "base": report.base,
            "head": report.head,
            "items": [_to_json(item) for item in report.items],
            "prompts": [diff_to_json(diff) for diff in report.diffs],
            "cases": report.cases,
            "files": report.files,
        }
    )


def _to_json(item: CheckItem) -> dict[str, Any]:
    return {**item._asdict(), "level": item.level.value}
