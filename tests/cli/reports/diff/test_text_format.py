"""Two columns on a wide terminal."""

from __future__ import annotations

import os
import re
import sys

import pytest
from basalt_cli.cli.reports.diff import DiffReport, format_diff
from basalt_cli.cli.reports.diff.text_format import format_changes, show_words
from basalt_cli.model.change import Change, PromptDiff, Risk

LONG = "word " * 20
CHANGE = Change(
    "wording", "prompt", f"one\n{LONG}old\nsame", f"one\n{LONG}new\nmore\nsame", Risk.WORDING, "wording changed"
)
DIFF = PromptDiff("a", None, None, (CHANGE,))


def show(width: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "fileno", lambda: 1)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((width, 50)))
    return format_diff("text", DiffReport((DIFF,))).splitlines()


def test_a_wide_terminal_shows_both_sides_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = show(140, monkeypatch)[2:]
    # Six columns of margin, then two sides of 65 columns with a bar between them.
    assert [line.index("|") for line in lines] == [6 + 65 + 1] * len(lines)
    sides = [(line[6:71].rstrip(), line[74:]) for line in lines]
    assert sides == [
        ("one", "one"),
        (LONG[:64], LONG[:64]),
        (LONG[65:] + "old", LONG[65:] + "new"),
        ("", "more"),
        ("same", "same"),
    ]


def test_a_narrow_terminal_shows_removed_and_added_words_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = show(139, monkeypatch)
    assert lines[:2] == ["a  nothing -> nothing  wording", "  wording     wording changed"]
    assert [re.sub(r"(word )+", "... ", line) for line in lines[2:]] == [
        "      one", "      ... [-old-]{+new+}", "      {+more+}", "      same"
    ]  # fmt: skip


def test_a_terminal_without_a_size_counts_as_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> os.terminal_size:
        raise OSError

    expected = show(80, monkeypatch)
    monkeypatch.setattr(os, "get_terminal_size", fail)
    assert format_diff("text", DiffReport((DIFF,))).splitlines() == expected


def test_the_changes_of_one_prompt_are_those_of_the_report() -> None:
    assert format_changes(DIFF) == format_diff("text", DiffReport((DIFF,)))


def test_words_are_shown_with_the_lines_around_them() -> None:
    lines = ["".join(segment.text for segment in line) for line in show_words("a\nb\nc\nd e\n", "a\nb\nc\nd f\n")]
    assert lines == ["b", "c", "d [-e-]{+f+}", ""]
    assert list(show_words("a", "a")) == []
