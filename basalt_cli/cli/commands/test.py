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
from basalt_cli.testing.run_many import CaseRequest, run_tests
from basalt_cli.testing.snapshot_writing import write_snapshots
from basalt_cli.versions.references import expand_slugs, find_revision, open_catalog, strip_path
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project


def command(
    slugs: OptionalSlugsArgument = None,
    choice: Annotated[
        str | None,
        typer.Option("-k", metavar="EXPR", help="Run only cases that match, as in: late and not (parcel or order)."),
    ] = None,
    revision: Annotated[str | None, revision_option("Test a git revision, without checking it out.")] = None,
    update: Annotated[bool, typer.Option("--update", help="Rewrite the stored snapshots.")] = False,
    output: Annotated[
        TestFormat,
        typer.Option("--format", help="Output format: text for people, json for programs, junit for CI."),
    ] = "text",
) -> None:
    """Run the test cases of prompts.

    Renders each case, and compares its messages with its expectations and its snapshot. No model is called.
    """
    if update and revision is not None:
        raise UsageError("--update writes to the working tree, and --at reads a commit", hint="Omit one of them.")
    if update and os.environ.get("CI", "").lower() not in ("", "0", "false"):
        hint = "Run it on your own machine, and commit the files."
        raise UsageError("--update does not run in CI: a review must see the snapshots", hint=hint)
    with opened_project() as project:
        commit = find_revision(project, revision) if revision is not None else None
        catalog = open_catalog(project, commit, revision)
        chosen = CaseChoice(choice) if choice is not None else None
        request = CaseRequest(_list_slugs(project, catalog, slugs), chosen, update)
        with shown_progress("Testing") as progress:
            results = run_tests(project, catalog, request, progress)
        if update:
            results = write_snapshots(project, results, keeps_others=choice is not None)
    if choice is not None and not results:
        raise UsageError(f"no case matches -k {choice!r}", hint="List the names: basalt show SLUG.")
    sys.stdout.write(format_results(output, results))
    if any(result.is_failed for result in results):
        raise typer.Exit(1)


def _list_slugs(project: Project, catalog: Catalog, slugs: list[str] | None) -> tuple[str, ...]:
    patterns = tuple(strip_path(project, text) for text in slugs or ())
    return tuple(expand_slugs(catalog, patterns) if patterns else catalog.slugs)
