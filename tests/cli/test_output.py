"""Output of commands: results, notes, colour, and the escapes of untrusted text."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from basalt_cli.cli.output import (
    RISK_STYLES,
    SEVERITY_STYLES,
    Segment,
    align,
    format_json,
    format_lines,
    has_colour,
    note,
    print_json,
    print_lines,
    print_text,
    safe_line,
    safe_text,
    warn,
)
from basalt_cli.model.change import Risk

ESCAPE = "\x1b[31m"


def make_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let stdout be a terminal with colour."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")


def plain(rows: list[list[Segment]]) -> list[str]:
    return ["".join(cell.text for cell in row) for row in rows]


def test_json_is_indented(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": [1, {"b": None}]})
    assert capsys.readouterr().out == '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ]\n}\n'


def test_a_long_list_has_one_line_for_each_item() -> None:
    payload: dict[str, Any] = {"items": [{"n": index} for index in range(101)], "more": {"x": [1, 2]}}
    text = format_json(payload)
    lines = text.splitlines()
    assert lines[:3] == ["{", '  "items": [', '    {"n": 0},']
    assert lines[102:] == ['    {"n": 100}', "  ],", '  "more": {"x": [1, 2]}', "}"]
    assert json.loads(text) == payload


def test_a_list_of_a_hundred_items_is_indented() -> None:
    assert len(format_json({"items": list(range(100))}).splitlines()) == 104


def test_json_escapes_invisible_characters_and_workflow_commands() -> None:
    value = f"{ESCAPE} \u202e ##[group]x"
    text = format_json({"a": value})
    assert text == '{\n  "a": "\\u001b[31m \\u202e ##\\u005bgroup]x"\n}\n'
    assert json.loads(text) == {"a": value}


def test_json_is_ascii_where_stdout_is_not_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    assert format_json({"a": "é😀"}) == '{\n  "a": "é😀"\n}\n'
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
    assert format_json({"a": "é😀"}) == '{\n  "a": "\\u00e9\\ud83d\\ude00"\n}\n'


def test_json_has_no_numbers_that_are_not_json() -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        format_json({"a": float("nan")})


def test_text_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    print_text(f"a{ESCAPE}\nb")
    print_text()
    assert capsys.readouterr().out == "a\\x1b[31m\nb\n\n"


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("::error::x", "\\::error::x"),
        ("a\n  ::add-mask::y", "a\n  \\::add-mask::y"),
        ("##[warning]z", "## [warning]z"),
        ("a::b", "a::b"),
    ],
)
def test_workflow_commands_are_escaped_in_github_actions(
    monkeypatch: pytest.MonkeyPatch, text: str, inside: str
) -> None:
    assert safe_text(text) == text
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert safe_text(text) == inside


def test_a_line_stays_one_line() -> None:
    assert safe_line(f"a\nb\t{ESCAPE}") == "a\\nb\t\\x1b[31m"


def test_notes_and_warnings_go_to_stderr_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    note("a\nb")
    warn(f"c{ESCAPE}")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "note: a\\nb\nwarning: c\\x1b[31m\n"


def test_lines_are_plain_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [[Segment("a ", "bold"), Segment("b\nc", "red", "https://example.com"), Segment("  ")], []]
    print_lines(lines)
    assert capsys.readouterr().out == format_lines(lines) == "a b\\nc\n\n"


def test_lines_are_coloured_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    make_terminal(monkeypatch)
    lines = [[Segment("[/x] ", "bold"), Segment(ESCAPE)]]
    print_lines(lines)
    assert capsys.readouterr().out == format_lines(lines) == "\x1b[1m[/x] \x1b[0m\\x1b[31m\n"


def test_a_link_is_a_hyperlink_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    make_terminal(monkeypatch)
    text = format_lines([[Segment("T302", "bold", "https://example.com/T302")]])
    assert "https://example.com/T302\x1b\\" in text
    assert "T302" in text.partition("\x1b\\")[2]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("NO_COLOR", "1", False),
        ("NO_COLOR", "", True),
        ("CI", "", False),
        ("TERM", "dumb", False),
        ("TERM", "xterm", True),
    ],
)
def test_the_environment_decides_on_colour(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: bool
) -> None:
    make_terminal(monkeypatch)
    assert has_colour()
    monkeypatch.setenv(name, value)
    assert has_colour() is expected


def test_a_pipe_has_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: False)
    assert not has_colour()


def test_the_columns_of_a_table_are_aligned() -> None:
    rows = [[Segment("a", "bold"), Segment("bbb"), Segment("c")], [Segment("aaaa"), Segment("b"), Segment("")]]
    assert plain(align(rows)) == ["a     bbb  c", "aaaa  b    "]
    assert plain(align(rows, gap=1)) == ["a    bbb c", "aaaa b   "]
    assert align(rows)[0][0].style == "bold"
    assert align([]) == []


def test_the_width_of_a_cell_counts_its_escapes() -> None:
    rows = [[Segment("a\n"), Segment("x")], [Segment("abcd"), Segment("y")]]
    assert plain(align(rows)) == ["a\\n   x", "abcd  y"]


def test_every_risk_and_severity_has_a_style() -> None:
    assert set(RISK_STYLES) == {risk.label for risk in Risk}
    assert set(SEVERITY_STYLES) == {"error", "warning", "info"}
