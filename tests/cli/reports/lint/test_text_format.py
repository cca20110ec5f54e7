"""Findings for people: the line, the carets, and lines that are hard to show."""

from __future__ import annotations

import pytest
from basalt_cli.cli.reports.lint import format_report
from basalt_cli.model.lint_report import LintReport
from basalt_cli.model.source import Span

from tests.cli.reports.lint.findings import EMPTY, ERROR, REPORT, layout


def excerpt(line: str, column: int, end: int, end_line: int = 1) -> list[str]:
    """Return the line and the carets of a finding in the first line of a file."""
    finding = ERROR._replace(span=Span(1, column, end_line, end), help=None)
    text = format_report("text", LintReport((finding,), 1, {finding.path: line}), layout())
    return [shown.removeprefix("    | ") for shown in text.splitlines()[1:]]


def test_findings_have_their_line_carets_and_help_with_a_blank_line_between_files() -> None:
    assert format_report("text", REPORT, layout()) == (
        "deployments.yaml:1:1: info R702 50% <done>:\\n::error::,x [missing-tests]\n"
        "    | environments: {}\n"
        "    | ^\n"
        "\n"
        "prompts/a b.yaml:2:13: error T302 the variable 'x' is not declared [undeclared-variable]\n"
        "    | prompt: '{{ x_y }}'\n"
        "    |             ^^^\n"
        "    Declare it.\n"
        "prompts/a b.yaml:3:8: warning X606 the line ends in blanks [trailing-whitespace]\n"
        "    | name: b\n"
        "    |        ^\n"
        "    Remove them.\n"
    )
    assert format_report("text", EMPTY, layout()) == ""


@pytest.mark.parametrize(
    ("line", "column", "end", "carets"),
    [
        ("abc", 1, 2, "^"), ("abc", 2, 4, " ^^"), ("abc", 4, 4, "   ^"), ("abc", 2, 2, " ^"), ("abc", 5, 6, "   ^"),
        ("漢字x", 3, 4, "    ^"), ("漢字x", 1, 3, "^^^^"), ("e\u0301x", 3, 4, " ^"), ("ｆx", 2, 3, "  ^"),
        ("\u202ex", 2, 3, "      ^"), ("\u202ex", 1, 2, "^^^^^^"), ("a\tx", 3, 4, "   ^"),
    ],
)  # fmt: skip
def test_carets_stand_under_the_characters_as_a_terminal_shows_them(
    line: str, column: int, end: int, carets: str
) -> None:
    assert excerpt(line, column, end)[1] == carets


def test_a_finding_over_several_lines_marks_the_rest_of_its_first_line() -> None:
    assert excerpt("abc def\nghi", 5, 2, end_line=2) == ["abc def", "    ^^^"]
    assert excerpt("abc\r\ndef", 2, 4) == ["abc", " ^^"]


@pytest.mark.parametrize("text", ["", "  \nabc"])
def test_a_blank_or_missing_line_is_not_shown(text: str) -> None:
    assert excerpt(text, 1, 2) == []
    finding = ERROR._replace(span=Span(3, 1, 3, 2), help=None)
    shown = format_report("text", LintReport((finding,), 1, {finding.path: "a\nb"}), layout())
    assert shown.count("\n") == 1
    assert format_report("text", LintReport((finding,), 1, {}), layout()).count("\n") == 1


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "".join(f"{number:04} " for number in range(60))
    assert excerpt(line, 251, 255) == [line[200:300].rstrip(), " " * 50 + "^^^^"]
    assert excerpt(line, 11, 15) == [line[:100].rstrip(), " " * 10 + "^^^^"]
    shown, carets = excerpt("a" * 300, 101, 290)
    assert (shown, carets) == ("a" * 150, " " * 50 + "^" * 100)
    assert excerpt("a" * 100, 90, 91) == ["a" * 100, " " * 89 + "^"]
