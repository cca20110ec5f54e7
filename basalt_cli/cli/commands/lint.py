"""``basalt lint``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import TextOrJson
from basalt_cli.cli.output import SEVERITY_STYLES, Segment, print_json, print_lines
from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.model.config import LintPolicy, RuleSelector
from basalt_cli.model.finding import Finding
from basalt_cli.pure.words import plural
from basalt_cli.use_cases.linting import LintReport, lint, select_paths
from basalt_cli.use_cases.project import Project
from basalt_cli.use_cases.rule_choice import choose_rules


def command(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATHS", help="Files and folders; the whole project without any.")
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option("--select", metavar="RULES", help="Only these rules: T302, T, T,S201, ALL.")
    ] = None,
    extend_select: Annotated[
        list[str] | None, typer.Option("--extend-select", metavar="RULES", help="These rules as well.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", metavar="RULES", help="Not these rules.")] = None,
    output: TextOrJson = "text",
) -> None:
    """Check prompts and partials.

    YAML, keys, templates, variables, includes, defaults and the values of test cases. RULES are codes, names or
    families (the letter of a code), several with commas; the closer name wins, and basalt rule explains each. Exits
    with 1 when there is any finding.
    """
    asked = LintPolicy(_split(select) if select else None, _split(extend_select), _split(ignore))
    with opened_project() as project:
        choice = choose_rules(project.config.lint, asked)
        tree = project.open_tree(None)
        chosen = _below_prompts(project, paths, select_paths(tree)) if paths else None
        report = lint(tree, project.config.prompts, choice, chosen)
        assert project.root is not None
        if output == "json":
            print_json(_to_json(report))
        else:
            _print_report(report, project.root)
    if report.findings:
        raise typer.Exit(1)


def _split(texts: list[str] | None) -> tuple[RuleSelector, ...]:
    return tuple(RuleSelector(name.strip()) for text in texts or () for name in text.split(",") if name.strip())


def _below_prompts(project: Project, paths: list[Path], known: tuple[str, ...]) -> list[str]:
    """Return the paths below the prompts folder that the command line means, in order, once each."""
    assert project.root is not None
    folder = Path(os.path.realpath(project.root / project.config.prompts))
    found: dict[str, None] = {}
    for path in paths:
        resolved = Path(os.path.realpath(path.parent)) / path.name if path.name not in ("", "..") else path.resolve()
        if not os.path.lexists(path):
            raise NotFoundError(f"{path} does not exist", hint="Paths are taken from the working directory.")
        if folder.is_relative_to(resolved):
            found |= dict.fromkeys(known)
        elif not resolved.is_relative_to(folder):
            hint = f"basalt lint checks what is below {project.config.prompts}/."
            raise BasaltError(f"{path} is not in the prompts folder", hint=hint)
        else:
            name = resolved.relative_to(folder).as_posix()
            inside = [known_path for known_path in known if known_path.startswith(f"{name}/")]
            found |= dict.fromkeys(inside if resolved.is_dir() else [name])
    return list(found)


def _to_json(report: LintReport) -> dict[str, Any]:
    summary = {"files": report.files, "errors": report.errors, "warnings": report.warnings}
    return {"findings": [_finding_to_json(finding) for finding in report.findings], "summary": summary}


def _finding_to_json(finding: Finding) -> dict[str, Any]:
    line, column, end_line, end_column = finding.span
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "path": finding.path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "message": finding.message,
        "help": finding.help,
        "fixable": finding.fixable,
    }


def _print_report(report: LintReport, root: Path) -> None:
    for finding in report.findings:
        path = os.path.relpath(root / finding.path)
        place = f"{path}:{finding.span.line}:{finding.span.column}: "
        severity = Segment(finding.severity, SEVERITY_STYLES[finding.severity])
        code = Segment(f" {finding.code} ", "bold")
        print_lines([[Segment(place), severity, code, Segment(f"{finding.message} [{finding.name}]")]])
        if finding.help:
            print_lines([[Segment(f"    {finding.help}", "dim")]])
    files = plural(report.files, "file")
    found = f"{plural(report.errors, 'error')} and {plural(report.warnings, 'warning')} in {files}"
    print(found if report.findings else f"{files} checked, no findings", file=sys.stderr)
