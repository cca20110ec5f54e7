"""What a lint report looks like: a module a format, each with ``format_report(report, layout) -> str``.

People read paths from where they stand, programs from the project's folder, CI systems from the top of the repository.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from basalt_cli.model.lint_report import LintReport

LintFormat: TypeAlias = Literal["text", "concise", "json", "github", "sarif", "junit", "gitlab"]


class Layout(NamedTuple):
    """Where the paths of findings start: ``root`` on disk, ``prefix`` from the top of the repository, slash behind."""

    root: Path
    prefix: str


def format_report(name: LintFormat, report: LintReport, layout: Layout) -> str:
    """Return a report in a format."""
    module = import_module(f"basalt_cli.cli.reports.lint.{name}_format")
    text: str = module.format_report(report, layout)
    return text
