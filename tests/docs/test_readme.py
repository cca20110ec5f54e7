"""What scripts and readers rely on in the README."""

from __future__ import annotations

from tools.docs.pages import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_has_at_most_300_lines() -> None:
    assert len(README.splitlines()) <= 300


def test_its_two_commands_are_one_line_each() -> None:
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv .venv &&")]
    assert len(commands) == 2
    assert [name for line in commands for name in ("basalt render", "pytest") if name in line] == [
        "basalt render",
        "pytest",
    ]
