"""``basalt init``."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from basalt_cli.cli.options import TextOrJson
from basalt_cli.cli.output import Segment, align, note, print_json, print_lines
from basalt_cli.setup.ci_files import CiHost
from basalt_cli.setup.scaffold import FIRST_SLUG, find_surrounding, init_project


def command(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of the project; created if it does not exist.")
    ] = Path(),
    with_git: Annotated[
        bool | None,
        typer.Option(
            "--git/--no-git", help="Run git init if there is no repository. By default init asks on a terminal."
        ),
    ] = None,
    pre_commit: Annotated[
        bool, typer.Option("--pre-commit", help="Write .pre-commit-config.yaml, with the hooks of basalt.")
    ] = False,
    ci: Annotated[
        CiHost | None,
        typer.Option("--ci", help="Write a CI workflow that runs basalt check on pull or merge requests."),
    ] = None,
    output: TextOrJson = "text",
) -> None:
    """Create a project, in a repository or in a new folder.

    Writes basalt.yaml, deployments.yaml, JSON Schemas for editors, .gitattributes and a first prompt. Keeps existing
    files.
    """
    made = init_project(directory, with_git=_decide(directory, with_git), with_pre_commit=pre_commit, ci=ci)
    if output == "json":
        print_json({"files": [{"path": item.path, "outcome": item.outcome} for item in made]})
        return
    print_lines(
        align(
            [[Segment(item.outcome, "green" if item.outcome == "made" else "dim"), Segment(item.path)] for item in made]
        )
    )
    if find_surrounding(directory) is None:
        note("there is no git repository, and versions are commits: run git init, or basalt init --git")
    if pre_commit:
        note("to install the hooks, run: pre-commit install")
    inside = "" if directory == Path() else f"cd {quote(str(directory))} && "
    has_first = any(item.path.endswith(f"/{FIRST_SLUG}.yaml") for item in made)
    print_lines([[], [Segment(f"Next: {inside}basalt {f'render {FIRST_SLUG} --case ada' if has_first else 'lint'}")]])


def _decide(directory: Path, with_git: bool | None) -> bool:
    """Return whether to run git init: the option, or the answer of a user at a terminal without a repository."""
    if with_git is not None:
        return with_git
    if not sys.stdin.isatty() or find_surrounding(directory) is not None:
        return False
    return typer.confirm("There is no git repository here. Run git init?", default=True, err=True)
