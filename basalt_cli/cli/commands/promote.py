"""``basalt promote``."""

from __future__ import annotations

from typing import Annotated

import typer

from basalt_cli.cli.moving import carry_out, open_delivery
from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import (
    BranchOption,
    DryRunOption,
    NoCommitOption,
    OptionalSlugsArgument,
    PushOption,
    ReasonOption,
    TextOrJson,
    YesOption,
    environment_option,
    rewrite_push,
)
from basalt_cli.environments.planning import plan_promotion
from basalt_cli.environments.request import Request

rewrite_arguments = rewrite_push


def command(
    environment: Annotated[str, environment_option("--to", "The environment whose pointers move.")],
    slugs: OptionalSlugsArgument = None,
    every: Annotated[bool, typer.Option("--all", help="Promote every prompt whose version differs.")] = False,
    source: Annotated[str | None, environment_option("--from", "Promote the versions that ENV runs.")] = None,
    version: Annotated[
        str | None,
        typer.Option("--version", metavar="SELECTOR", help="Promote this version: latest, 1.2.0, '~N', a revision."),
    ] = None,
    percent: Annotated[
        int | None,
        typer.Option(
            "--percent", metavar="N", help="Serve the version to N of 100 callers; 100 completes the roll-out."
        ),
    ] = None,
    dry_run: DryRunOption = False,
    reason: ReasonOption = None,
    yes: YesOption = False,
    push: PushOption = None,
    branch: BranchOption = None,
    no_commit: NoCommitOption = False,
    allow_breaking: Annotated[
        str | None,
        typer.Option("--allow-breaking", metavar="REASON", help="Pass the gate no-breaking; REASON is recorded."),
    ] = None,
    allow_unmerged: Annotated[
        bool,
        typer.Option("--allow-unmerged", help="Accept a version that is not on the trunk; a tag keeps its commit."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Promote although gates fail; needs --reason, and is recorded.")
    ] = False,
    output: TextOrJson = "text",
) -> None:
    """Move pointers of an environment to a version of prompts.

    Moves all pointers or none: in one commit on the trunk that changes only deployments.yaml, or with
    `deployments: tags` by one tag for each prompt. Without --from and --version, the version is the one that the
    environment's `from` in basalt.yaml runs, or else the newest on the trunk. The gates of the environment run first;
    they are read from basalt.yaml on the trunk.
    """
    request = Request(
        tuple(slugs or ()), environment, every, source, version, percent, reason, force, allow_breaking, allow_unmerged
    )
    with opened_project() as project:
        state, delivery = open_delivery(project, push, branch, edits_only=no_commit)
        plan = plan_promotion(state, request)
        carry_out(state, plan, delivery, is_dry_run=dry_run, is_confirmed=yes, output=output)
