"""The report of the merge gate as a comment of a pull request: a table of items, then the changes.

The first line is a marker, by which the next run finds the comment to replace.
"""

from __future__ import annotations

from itertools import accumulate

from basalt_cli.cli.reports.check import describe
from basalt_cli.cli.reports.diff import DiffReport, format_diff
from basalt_cli.cli.reports.diff.markdown_format import MOST_CHARACTERS, escape, shorten
from basalt_cli.model.check_report import CheckItem, CheckReport, Level
from basalt_cli.text.words import plural

MARKER = "<!-- basalt check -->"
_SIGNS = {Level.FAIL: "❌", Level.WARN: "⚠️", Level.ALLOWED: "☑️"}
_MOST_ROWS_CHARACTERS = 40_000
_MOST_WORDS_CHARACTERS = 1_000


def format_check(report: CheckReport) -> str:
    """Return Markdown that fits the size limit of a comment."""
    verdict = "❌ **Not to be merged.**" if report.fails else "✅ **Good to merge.**"
    counted = f"{plural(len(report.diffs), 'prompt')} changed, {plural(report.cases, 'case')} run"
    seen = f"{counted}, against `{report.base_name}`."
    head = f"{MARKER}\n### Prompts\n\n{verdict} {seen}\n\n{_table(report)}"
    changes = format_diff("markdown", DiffReport(report.diffs))
    if len(head) + len(changes) > MOST_CHARACTERS:
        changes = "*The changes are left out: see `basalt diff`.*\n"
    return f"{head}{changes}"


def _table(report: CheckReport) -> str:
    items = sorted(report.items, key=lambda item: list(Level).index(item.level))
    if not items:
        return ""
    ends = accumulate(len(row) for row in map(_row, items))
    fitting = sum(end <= _MOST_ROWS_CHARACTERS for end in ends)
    rows = "".join(_row(item) for item in items[:fitting])
    more = f"\n*And {len(items) - fitting} more.*\n" if len(items) > fitting else ""
    return f"| | what | where |\n|---|---|---|\n{rows}{more}\n"


def _row(item: CheckItem) -> str:
    place = ":".join(str(part) for part in (item.path, item.line) if part is not None)
    code = f" {item.code}" if item.code is not None else ""
    words = shorten(describe(item), _MOST_WORDS_CHARACTERS)
    return f"| {_SIGNS[item.level]} | **{escape(item.kind + code)}** {escape(words)} | {escape(place)} |\n"
