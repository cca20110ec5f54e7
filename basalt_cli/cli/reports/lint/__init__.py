"""The report of ``basalt lint``: a module for each format, each with ``format_report(report, layout) -> str``.

Paths start at the working directory in text and concise, at the project's folder in json, and at the top of the
repository in the formats for CI systems.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from basalt_cli.model.lint_report import LintReport

LintFormat: TypeAlias = Literal["text", "concise", "json", "github", "sarif", "junit", "gitlab"]


class Layout(NamedTuple):
    """Where paths start: ``root`` is the project's folder, ``prefix`` its path in the repository, ending in a slash."""

    root: Path
    prefix: str


def format_report(name: LintFormat, report: LintReport, layout: Layout) -> str:
    """Return the report in a format."""
    module = import_module(f"basalt_cli.cli.reports.lint.{name}_format")
    text: str = module.format_report(report, layout)
    return text
