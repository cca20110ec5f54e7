"""``basalt lint``."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from basalt_cli.cli.lint_formats import Layout, LintFormat, format_report
from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.output import Segment, align, print_lines
from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.model.config import LintPolicy, RuleSelector
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
    output: Annotated[
        LintFormat, typer.Option("--format", help="For people (text, concise), programs (json) or a CI system.")
    ] = "text",
    output_file: Annotated[
        Path | None, typer.Option("--output-file", metavar="FILE", help="Write the report there instead of stdout.")
    ] = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="Count findings by rule instead.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 also when there are findings.")] = False,
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
        chosen = _below_prompts(project, paths, lambda: select_paths(tree)) if paths else None
        report = lint(tree, project.config.prompts, choice, chosen)
        assert project.root is not None
        if statistics:
            _print_statistics(report)
        else:
            _write(format_report(output, report, _find_layout(project, output)), output_file)
    if output in ("text", "concise") or output_file is not None:
        _summarise(report)
    if report.findings and not exit_zero:
        raise typer.Exit(1)


def _find_layout(project: Project, output: LintFormat) -> Layout:
    """Return where paths start; git is asked only for those who read paths from its top."""
    assert project.root is not None
    needs_git = output in ("github", "sarif", "junit", "gitlab") and project.find_repository() is not None
    return Layout(project.root, project.prefix if needs_git else "")


def _split(texts: list[str] | None) -> tuple[RuleSelector, ...]:
    return tuple(RuleSelector(name.strip()) for text in texts or () for name in text.split(",") if name.strip())


def _below_prompts(project: Project, paths: list[Path], list_known: Callable[[], tuple[str, ...]]) -> list[str]:
    """Return the paths below the prompts folder that the command line means, in order, once each."""
    assert project.root is not None
    folder = Path(os.path.realpath(project.root / project.config.prompts))
    found: dict[str, None] = {}
    for path in paths:
        resolved = Path(os.path.realpath(path.parent)) / path.name if path.name not in ("", "..") else path.resolve()
        if not os.path.lexists(path):
            raise NotFoundError(f"{path} does not exist", hint="Paths are taken from the working directory.")
        if folder.is_relative_to(resolved):
            found |= dict.fromkeys(list_known())
        elif not resolved.is_relative_to(folder):
            hint = f"basalt lint checks what is below {project.config.prompts}/."
            raise BasaltError(f"{path} is not in the prompts folder", hint=hint)
        else:
            name = resolved.relative_to(folder).as_posix()
            inside = [known for known in list_known() if known.startswith(f"{name}/")] if resolved.is_dir() else [name]
            found |= dict.fromkeys(inside)
    return list(found)


def _write(text: str, file: Path | None) -> None:
    if file is None:
        sys.stdout.write(text)
        return
    file.write_text(text, encoding="utf-8", newline="\n")


def _print_statistics(report: LintReport) -> None:
    """Print how often each rule was broken, most often first."""
    counts = Counter((finding.code, finding.name) for finding in report.findings)
    rows = []
    for (code, name), count in counts.most_common():
        rows.append([Segment(f"{count:5}"), Segment(code, "bold"), Segment(name)])
    print_lines(align(rows))


def _summarise(report: LintReport) -> None:
    files = plural(report.files, "file")
    found = f"{plural(report.errors, 'error')} and {plural(report.warnings, 'warning')} in {files}"
    print(found if report.findings else f"{files} checked, no findings", file=sys.stderr)
