"""``basalt lint``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from basalt_cli.cli.completion import complete_rules
from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import revision_option
from basalt_cli.cli.reports.lint import Layout, LintFormat, format_report
from basalt_cli.cli.reports.lint.summary import print_statistics, print_summary
from basalt_cli.errors import UsageError
from basalt_cli.lint.request import LintRequest, plan_fixes, run_lint, write_fixes
from basalt_cli.model.config import LintPolicy, RuleSelector
from basalt_cli.workspace.project import Project

_STDIN = Path("-")


def command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATHS", help="Files, folders, patterns, or - for stdin. By default the whole project."),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select", metavar="RULES", help="Run only these rules: T302, T, ALL.", autocompletion=complete_rules
        ),
    ] = None,
    extend_select: Annotated[
        list[str] | None, typer.Option("--extend-select", metavar="RULES", help="Run these rules as well.")
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="RULES", help="Do not run these rules.", autocompletion=complete_rules),
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Fix findings, where no rendered message changes.")] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="With --fix or --diff: include fixes that may change the meaning.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show the changes of --fix as a diff, and write nothing.")
    ] = False,
    changed: Annotated[
        str | None,
        typer.Option(
            "--changed",
            metavar="[BASE]",
            help="Check files that differ from BASE (HEAD), and prompts that include them.",
        ),
    ] = None,
    revision: Annotated[str | None, revision_option("Lint a git revision, without checking it out.")] = None,
    stdin_filename: Annotated[
        Path | None, typer.Option("--stdin-filename", metavar="FILE", help="The path of the file that - reads.")
    ] = None,
    output: Annotated[
        LintFormat,
        typer.Option(
            "--format", help="Output format: text and concise for people, json for programs, the others for CI."
        ),
    ] = "text",
    output_file: Annotated[
        Path | None, typer.Option("--output-file", metavar="FILE", help="Write the report to FILE instead of stdout.")
    ] = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="Show the number of findings of each rule.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even if there are findings.")] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Check every file again, and do not use stored results.")
    ] = False,
) -> None:
    """Check prompts and partials with lint rules.

    RULES is a comma-separated list of codes (T302), names, families (T, the letter of a code) or ALL; the most specific
    one decides. basalt rule explains each rule. Exits with 1 if there is a finding of severity error or warning.
    """
    policy = LintPolicy(_split(select) if select else None, _split(extend_select), _split(ignore))
    if unsafe_fixes and not (fix or diff):
        raise UsageError(
            "--unsafe-fixes needs --fix or --diff", hint="Add --diff to see the changes, or --fix to write them."
        )
    if select is not None and not policy.select:
        raise UsageError("--select names no rule", hint="For example: --select T,V401")
    unsaved = _read_unsaved(paths or [], stdin_filename)
    named = () if unsaved else tuple(paths or ())
    if changed is not None and (named or revision or unsaved):
        raise UsageError("--changed cannot be used with PATHS or --at", hint="Give one of them.")
    request = LintRequest(policy, named, changed, revision, unsaved, not no_cache)
    with opened_project() as project:
        if fix or diff:
            from basalt_cli.cli.reports.lint.fixes import print_content, print_diff, print_fixes

            files = plan_fixes(project, request, unsafe=unsafe_fixes)
            if diff:
                print_diff(files, project.config.prompts)
                raise typer.Exit(int(any(file.after != file.before for file in files)))
            if unsaved:
                after = files[0].after if files else unsaved[1]
                print_content(after)
                raise typer.Exit(int(_report_rest(project, request._replace(unsaved=(unsaved[0], after)))))
            write_fixes(project, files)
            print_fixes(files)
        report = run_lint(project, request)
        if statistics:
            print_statistics(report)
        else:
            _write(format_report(output, report, _find_layout(project, output)), output_file)
    if output in ("text", "concise") or output_file is not None:
        print_summary(report, was_fixed=fix)
    if report.fails and not exit_zero:
        raise typer.Exit(1)


def rewrite_arguments(arguments: list[str]) -> list[str]:
    """Return the arguments with ``--changed=HEAD`` for a bare ``--changed``: the parser has no optional values."""
    following = [*arguments, "-"][1:]
    is_bare = [
        argument == "--changed" and after.startswith("-") for argument, after in zip(arguments, following, strict=True)
    ]
    return ["--changed=HEAD" if bare else argument for argument, bare in zip(arguments, is_bare, strict=True)]


def _read_unsaved(paths: list[Path], name: Path | None) -> tuple[Path, bytes] | None:
    if _STDIN not in paths:
        if name is not None:
            raise UsageError("--stdin-filename needs -", hint="For example: basalt lint - --stdin-filename FILE")
        return None
    if len(paths) > 1 or name is None:
        hint = "For example: basalt lint - --stdin-filename prompts/support/reply.yaml"
        raise UsageError("- needs --stdin-filename, and no other path", hint=hint)
    return name, sys.stdin.buffer.read()


def _report_rest(project: Project, request: LintRequest) -> bool:
    """Print the findings that a fixed file still has to stderr, as stdout has the file; return whether they fail."""
    report = run_lint(project, request)
    sys.stdout.flush()
    sys.stderr.write(format_report("concise", report, _find_layout(project, "concise")))
    return report.fails


def _find_layout(project: Project, output: LintFormat) -> Layout:
    """Return the folder that paths are relative to, and their prefix for formats with paths from the top of git."""
    needs_git = output in ("github", "sarif", "junit", "gitlab") and project.find_repository() is not None
    return Layout(project.root or Path(), project.prefix if needs_git else "")


def _split(texts: list[str] | None) -> tuple[RuleSelector, ...]:
    return tuple(RuleSelector(name.strip()) for text in texts or () for name in text.split(",") if name.strip())


def _write(text: str, file: Path | None) -> None:
    if file is None:
        sys.stdout.write(text)
        return
    file.write_text(text, encoding="utf-8", newline="\n")
