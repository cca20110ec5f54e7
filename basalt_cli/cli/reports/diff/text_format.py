"""A diff for people: each change with its risk, texts word by word, in two columns on a wide terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import zip_longest

from basalt_cli.cli.output import RISK_STYLES, Segment, format_lines
from basalt_cli.cli.reports.diff import DiffReport, describe_case, find_texts, join_messages
from basalt_cli.diff.words import WordKind, diff_words
from basalt_cli.model.change import Change, PromptDiff
from basalt_cli.model.rendered_case import RenderedCase
from basalt_cli.text.words import list_names
from basalt_cli.versions.reach import Reach

_STYLES = {WordKind.SAME: "", WordKind.REMOVED: "red strike", WordKind.ADDED: "green"}
_BRACKETS = {WordKind.SAME: ("", ""), WordKind.REMOVED: ("[-", "-]"), WordKind.ADDED: ("{+", "+}")}
_CONTEXT_LINES = 2
_MARGIN = 6
# The width in columns from which on texts are shown side by side.
_WIDE = 140


def format_diff(report: DiffReport) -> str:
    """Return the changes, with a blank line between prompts."""
    return format_lines(_all_lines(report, _find_width()))


def format_changes(diff: PromptDiff) -> str:
    """Return the changes of one prompt, for ``basalt log --patch``."""
    return format_lines([*_heading(diff), *_changes(diff, _find_width())])


def _find_width() -> int:
    """Return the columns of the terminal; 80 if stdout is not one, so that the output does not depend on a terminal."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else 80
    except OSError:
        return 80


def _all_lines(report: DiffReport, width: int) -> Iterator[list[Segment]]:
    if report.reach is not None:
        yield from _reach(report.reach)
    for index, diff in enumerate(report.diffs):
        if index:
            yield []
        yield from _heading(diff)
        yield from _changes(diff, width)
        for case in (report.rendered or {}).get(diff.slug, ()):
            yield from _case(case, width)


def _reach(reach: Reach) -> Iterator[list[Segment]]:
    yield [Segment(reach.partial, "bold"), Segment(f" is part of {list_names(reach.prompts, 20)}")]
    for name, slugs in reach.environments:
        yield [Segment(f"  runs in {name}: {list_names(slugs, 20)}")]
    if not reach.environments:
        yield [Segment("  no environment runs one of them", "dim")]
    yield []


def _heading(diff: PromptDiff) -> Iterator[list[Segment]]:
    sides = f"  {diff.old or 'nothing'} -> {diff.new or 'nothing'}"
    risk = Segment(f"  {diff.risk.label}", RISK_STYLES[diff.risk.label])
    yield [Segment(diff.slug, "bold"), Segment(sides, "dim"), risk]


def _changes(diff: PromptDiff, width: int) -> Iterator[list[Segment]]:
    for change in diff.changes:
        yield [Segment(f"  {change.risk.label.ljust(11)} ", RISK_STYLES[change.risk.label]), Segment(change.message)]
        yield from _detail(change, width)


def _detail(change: Change, width: int) -> Iterator[list[Segment]]:
    texts = find_texts(change)
    if texts is not None:
        yield from _show_texts(*texts, width)


def _case(case: RenderedCase, width: int) -> Iterator[list[Segment]]:
    yield [Segment("  rendered    ", "bold"), Segment(describe_case(case))]
    if case.old is not None and case.new is not None:
        yield from _show_texts(join_messages(case.old), join_messages(case.new), width)


def _show_texts(old: str, new: str, width: int) -> Iterator[list[Segment]]:
    rows = list(_near_changes(_to_rows(old, new)))
    if width >= _WIDE:
        yield from _side_by_side(rows, (width - _MARGIN - 3) // 2)
        return
    for left, right in rows:
        yield [Segment(" " * _MARGIN), *_unify(left, right)]


def show_words(old: str, new: str) -> Iterator[list[Segment]]:
    """Yield the lines that differ and a few lines around them, with removed and added words in brackets."""
    for left, right in _near_changes(_to_rows(old, new)):
        yield _unify(left, right)


Row = tuple[list[Segment] | None, list[Segment] | None]


def _to_rows(old: str, new: str) -> list[Row]:
    """Return the lines of both texts in pairs; None where one text has no line."""
    columns: list[list[list[Segment]]] = [[[]], [[]]]
    rows: list[Row] = []
    for piece in diff_words(old, new):
        for index, text in enumerate(piece.text.split("\n")):
            if index and piece.kind is WordKind.SAME:
                rows += _pair(columns)
                columns = [[[]], [[]]]
            elif index:
                columns[piece.kind is WordKind.ADDED].append([])
            if text:
                segment = Segment(text, _STYLES[piece.kind])
                for side in (0, 1):
                    if piece.kind is not (WordKind.ADDED, WordKind.REMOVED)[side]:
                        columns[side][-1].append(segment)
    return [*rows, *_pair(columns)]


def _pair(columns: list[list[list[Segment]]]) -> Iterator[Row]:
    yield from zip_longest(columns[0], columns[1])


def _near_changes(rows: list[Row]) -> Iterator[Row]:
    """Yield the rows that differ and a few rows around them, with dots for each gap."""
    changed = {index for index, (left, right) in enumerate(rows) if left != right}
    shown = {near for index in changed for near in range(index - _CONTEXT_LINES, index + _CONTEXT_LINES + 1)}
    last = max((index for index in shown if index < len(rows)), default=-1)
    for index, row in enumerate(rows):
        if index in shown:
            yield row
        elif index - 1 in shown and index < last:
            yield [Segment("...", "dim")], [Segment("...", "dim")]


def _unify(left: list[Segment] | None, right: list[Segment] | None) -> list[Segment]:
    """Return one line with removed and added words in brackets."""
    if left == right:
        return left or []
    old, new = "".join(s.text for s in left or ()), "".join(s.text for s in right or ())
    segments = []
    for piece in diff_words(old, new):
        opening, closing = _BRACKETS[piece.kind]
        segments.append(Segment(f"{opening}{piece.text}{closing}", _STYLES[piece.kind]))
    return segments


def _side_by_side(rows: list[Row], width: int) -> Iterator[list[Segment]]:
    for left, right in rows:
        for first, second in zip_longest(_wrap(left, width), _wrap(right, width)):
            padding = " " * (width - sum(len(segment.text) for segment in first or ()))
            yield [Segment(" " * _MARGIN), *(first or ()), Segment(padding + " | ", "dim"), *(second or ())]


def _wrap(line: list[Segment] | None, width: int) -> list[list[Segment]]:
    lines: list[list[Segment]] = [[]]
    room = width
    for segment in line or ():
        text = segment.text
        while text:
            if not room:
                lines.append([])
                room = width
            lines[-1].append(Segment(text[:room], segment.style))
            text, room = text[room:], room - min(room, len(text))
    return lines
