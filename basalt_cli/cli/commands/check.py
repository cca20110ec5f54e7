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
        str | None, typer.Option("--base", metavar="REV", help="Compare with this; else where HEAD left the trunk.")
    ] = None,
    staged: Annotated[bool, typer.Option("--staged", help="Check what is staged, as a hook does.")] = False,
    message: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The message of the commit that --staged becomes, as a commit-msg hook has it."
        ),
    ] = None,
    merge_into: Annotated[
        str | None, typer.Option("--merge-into", metavar="REV", help="Check what merging HEAD into REV comes to.")
    ] = None,
    output: Annotated[CheckFormat, typer.Option("--format", help="What stdout gets.")] = "text",
    files: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="FORMAT=FILE", help="A further report; may be given several times."),
    ] = None,
) -> None:
    """Decide whether a change of prompts may be merged.

    Lint of what changed and of prompts that include it, test cases, changes that break what an environment runs now,
    callers, pointers, and the gates of environments whose pointers the change moves, by the policy of the base.
    """
    if (staged or message is not None) and merge_into is not None:
        raise UsageError("--staged and --merge-into exclude each other", hint="Give one of them.")
    reports = [_parse_output(text) for text in files or ()]
    # A hook names the index that is about to be committed.
    is_hook = bool(os.environ.get("GIT_INDEX_FILE")) and merge_into is None
    if is_hook and not staged:
        note("checking what is staged, as this is a hook")
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
    """Return the message of a commit that is about to be made, as git will keep it."""
    # Git names the file from the top of the repository, wherever basalt -C went.
    from_top = Path(project.repository.folder, path)
    try:
        data = (path if path.exists() else from_top).read_bytes()
    except OSError as error:
        hint = "Git gives a commit-msg hook the path as its first argument."
        raise UsageError(f"--message {path}: {error.strerror}", hint=hint) from None
    return clean_message(project.repository, data)


def _parse_output(text: str) -> tuple[CheckFormat, str]:
    name, separator, path = text.partition("=")
    if not separator or not path or not is_format(name):
        raise UsageError(f"--output cannot be {text!r}", hint="As in --output markdown=comment.md.")
    return name, path  # type: ignore[return-value]
