"""``basalt test``."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import OptionalSlugsArgument, revision_option
from basalt_cli.cli.progress import shown_progress
from basalt_cli.cli.reports.test import TestFormat, format_results
from basalt_cli.errors import UsageError
from basalt_cli.testing.case_choice import CaseChoice
from basalt_cli.testing.run_many import CaseRequest, run_tests, write_snapshots
from basalt_cli.versions.references import expand_slugs, find_revision, open_catalog, strip_path
from basalt_cli.workspace.project import Project


def command(
    slugs: OptionalSlugsArgument = None,
    choice: Annotated[
        str | None, typer.Option("-k", metavar="EXPR", help="Only cases that match: words, and, or, not, brackets.")
    ] = None,
    revision: Annotated[str | None, revision_option("Test a git revision, without checking it out.")] = None,
    update: Annotated[bool, typer.Option("--update", help="Write the snapshots as the cases render now.")] = False,
    output: Annotated[
        TestFormat,
        typer.Option("--format", help="text for people, json for programs, junit for CI systems."),
    ] = "text",
) -> None:
    """Run the test cases of prompts: render each, and hold it against what it expects. No model is asked."""
    if update and revision is not None:
        raise UsageError("--update goes with the working tree, not with --at", hint="Leave one of them out.")
    if update and os.environ.get("CI", "").lower() not in ("", "0", "false"):
        raise UsageError("--update is not for CI: snapshots are read in a review", hint="Run it here, and commit.")
    with opened_project() as project:
        request = _read_request(project, slugs, choice, revision, update)
        catalog = open_catalog(project, find_revision(project, revision) if revision is not None else None, revision)
        with shown_progress("Testing") as progress:
            results = run_tests(project, catalog, request, progress)
        if update:
            results = write_snapshots(project, results, request)
    if choice is not None and not results:
        raise UsageError(f"no case matches -k {choice!r}", hint="See the names: basalt show SLUG.")
    sys.stdout.write(format_results(output, results))
    if any(result.is_failed for result in results):
        raise typer.Exit(1)


def _read_request(
    project: Project, slugs: list[str] | None, choice: str | None, revision: str | None, update: bool
) -> CaseRequest:
    commit = find_revision(project, revision) if revision is not None else None
    catalog = open_catalog(project, commit, revision)
    patterns = tuple(strip_path(project, text) for text in slugs or ())
    names = expand_slugs(catalog, patterns) if patterns else catalog.slugs
    return CaseRequest(tuple(names), CaseChoice(choice) if choice is not None else None, update)
