"""A diff as Markdown for a pull request: a table, then details that fold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from basalt_cli.cli.reports.diff import DiffReport, describe_case, find_texts, join_messages
from basalt_cli.model.change import Change, PromptDiff
from basalt_cli.text.clean import clean, clean_line
from basalt_cli.text.words import list_names, plural

# GitHub accepts 65,536 characters in a comment. The difference is for text that a caller puts around the diff.
MOST_CHARACTERS = 60_000
_MOST_DETAIL_LINES = 200
_SIGNS = {"breaking": "🔴", "behavioural": "🟠", "wording": "🔵", "none": "⚪"}
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~@-])")


def format_diff(report: DiffReport) -> str:
    """Return Markdown within MOST_CHARACTERS; details that do not fit are counted."""
    blocks = [_reach(report), _table(report), *(_details(diff, report) for diff in report.diffs)]
    text = ""
    for index, block in enumerate(blocks):
        if len(text) + len(block) > MOST_CHARACTERS:
            left = len(blocks) - index
            return f"{text}\n*Details of {plural(left, 'prompt')} are left out: see `basalt diff`.*\n"
        text += block
    return text


def _reach(report: DiffReport) -> str:
    if report.reach is None:
        return ""
    reach = report.reach
    running = "".join(f" {escape(name)} runs {escape(list_names(slugs, 20))}." for name, slugs in reach.environments)
    return f"**{escape(reach.partial)}** is part of {escape(list_names(reach.prompts, 20))}.{running}\n\n"


def _table(report: DiffReport) -> str:
    if not report.diffs:
        return "No prompt changed.\n"
    rows = "".join(_row(diff) for diff in report.diffs[:200])
    more = f"\n{len(report.diffs) - 200} more prompts changed.\n" if len(report.diffs) > 200 else ""
    return f"| prompt | risk | changes |\n|---|---|---|\n{rows}{more}"


def _row(diff: PromptDiff) -> str:
    messages = list(dict.fromkeys(change.message for change in diff.changes))
    shown = "<br>".join(escape(shorten(message, 160)) for message in messages[:5])
    more = f"<br>and {len(messages) - 5} more" if len(messages) > 5 else ""
    return f"| {escape(diff.slug)} | {_SIGNS[diff.risk.label]} {diff.risk.label} | {shown}{more} |\n"


def _details(diff: PromptDiff, report: DiffReport) -> str:
    blocks = [block for change in diff.changes for block in _change(change)]
    for case in (report.rendered or {}).get(diff.slug, ()):
        blocks.append(f"{escape(describe_case(case))}\n\n")
        if case.old is not None and case.new is not None:
            blocks.append(_fence(join_messages(case.old), join_messages(case.new)))
    if not blocks:
        return ""
    sides = f"{escape(diff.old or 'nothing')} → {escape(diff.new or 'nothing')}"
    heading = f"\n<details>\n<summary>{_html(diff.slug)}</summary>\n\n{sides}\n\n"
    return f"{heading}{''.join(blocks)}</details>\n"


def _change(change: Change) -> Iterator[str]:
    texts = find_texts(change)
    if texts is not None:
        yield f"{change.risk.label}: {escape(change.message)}\n\n{_fence(*texts)}"


def _fence(old: str, new: str) -> str:
    """Return a unified diff in a code fence that is longer than any run of backticks in it."""
    from difflib import unified_diff

    lines = list(unified_diff(clean(old).split("\n"), clean(new).split("\n"), lineterm="", n=2))[2:]
    shown = [shorten(line, 2000) for line in lines[:_MOST_DETAIL_LINES]]
    if len(lines) > _MOST_DETAIL_LINES:
        shown.append(f"... {len(lines) - _MOST_DETAIL_LINES} more lines")
    longest = max((len(run) for run in re.findall(r"`+", "\n".join(shown))), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}diff\n" + "\n".join(shown) + f"\n{fence}\n\n"


def escape(text: str) -> str:
    """Return text as Markdown on one line, with all markup escaped."""
    return _MARKUP.sub(r"\\\1", clean_line(text))


def _html(text: str) -> str:
    from html import escape as escape_html

    return escape_html(clean_line(text))


def shorten(text: str, most: int) -> str:
    """Return the first ``most`` characters of a text, with an ellipsis if there are more."""
    return text if len(text) <= most else f"{text[:most]}..."
