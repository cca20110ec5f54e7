"""``basalt check``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from basalt_cli.check.change import CheckRequest
from basalt_cli.check.gate import check
from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.output import note
from basalt_cli.cli.progress import shown_progress
from basalt_cli.cli.reports.check import CheckFormat, format_check, is_format
from basalt_cli.cli.reports.lint import Layout
from basalt_cli.errors import UsageError
from basalt_cli.files.write import replace_file
from basalt_cli.git.message import clean_message
from basalt_cli.workspace.project import Project


def command(
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="REV",
            help="The revision to compare with. By default the merge base of HEAD and the trunk.",
        ),
    ] = None,
    staged: Annotated[bool, typer.Option("--staged", help="Check the index, as in a pre-commit hook.")] = False,
    message: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Check the index with the commit message in FILE, as in a commit-msg hook."),
    ] = None,
    merge_into: Annotated[
        str | None, typer.Option("--merge-into", metavar="REV", help="Check the result of merging HEAD into REV.")
    ] = None,
    output: Annotated[CheckFormat, typer.Option("--format", help="Output format of stdout.")] = "text",
    files: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="FORMAT=FILE", help="Write a report in FORMAT to FILE as well. Repeatable."),
    ] = None,
) -> None:
    """Check whether a change of prompts may be merged.

    Checks the changed prompts and those that include a changed partial: lint findings, test cases, changes that break
    the version an environment runs, and calls in source code. Checks the pointers that the change moves, with the gates
    of their environments. The policy is that of the base. Exits with 1 if an item fails.
    """
    if (staged or message is not None) and merge_into is not None:
        raise UsageError("--staged and --merge-into exclude each other", hint="Give one of them.")
    reports = [_parse_output(text) for text in files or ()]
    # git sets GIT_INDEX_FILE for its hooks: the index that it is about to commit.
    is_hook = bool(os.environ.get("GIT_INDEX_FILE")) and merge_into is None
    if is_hook and not staged:
        note("checking the index, because git runs this as a hook")
    with opened_project() as project, shown_progress("Testing") as progress:
        text = _read_message(project, message) if message is not None else None
        is_staged = staged or is_hook or text is not None
        report = check(project, CheckRequest(base, is_staged, merge_into, text), progress)
        layout = Layout(project.root or Path.cwd(), project.prefix)
    for name, path in reports:
        replace_file(Path(path), format_check(name, report, layout).encode(errors="replace"))
    sys.stdout.write(format_check(output, report, layout))
    if report.fails:
        raise typer.Exit(1)


def _read_message(project: Project, path: Path) -> str:
    """Return the message of the commit in progress, cleaned up as git will store it."""
    # Git gives a path relative to the top of the repository, whatever folder basalt -C changed to.
    from_top = Path(project.repository.folder, path)
    try:
        data = (path if path.exists() else from_top).read_bytes()
    except OSError as error:
        hint = "In a commit-msg hook, pass the hook's first argument."
        raise UsageError(f"--message {path}: {error.strerror}", hint=hint) from None
    return clean_message(project.repository, data)


def _parse_output(text: str) -> tuple[CheckFormat, str]:
    name, separator, path = text.partition("=")
    if not separator or not path or not is_format(name):
        raise UsageError(
            f"--output cannot be {text!r}", hint="Write FORMAT=FILE, for example --output markdown=comment.md."
        )
    return name, path  # type: ignore[return-value]
