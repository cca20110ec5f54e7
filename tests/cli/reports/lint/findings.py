"""A lint report that every format is tested with."""

from __future__ import annotations

from pathlib import Path

from basalt_cli.cli.reports.lint import Layout
from basalt_cli.model.finding import Finding
from basalt_cli.model.lint_report import LintReport
from basalt_cli.model.source import Edit, Fix, Span

ERROR = Finding(
    "T302",
    "undeclared-variable",
    "error",
    "prompts/a b.yaml",
    Span(2, 13, 2, 16),
    "the variable 'x' is not declared",
    "Declare it.",
)
WARNING = Finding(
    "X606",
    "trailing-whitespace",
    "warning",
    "prompts/a b.yaml",
    Span(3, 8, 3, 9),
    "the line ends in blanks",
    "Remove them.",
    Fix((Edit(1, 2, ""),)),
)
INFO = Finding("R702", "missing-tests", "info", "deployments.yaml", Span(1, 1, 1, 1), "50% <done>:\n::error::,x", None)
REPORT = LintReport(
    (INFO, ERROR, WARNING),
    3,
    {"prompts/a b.yaml": "# A file.\nprompt: '{{ x_y }}'\nname: b \n", "deployments.yaml": "environments: {}\n"},
)
EMPTY = LintReport((), 2, {})


def layout(prefix: str = "team/") -> Layout:
    """Return the layout of the working directory as project."""
    return Layout(Path.cwd(), prefix)
