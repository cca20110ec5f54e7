"""``basalt promote``."""

from __future__ import annotations

from typing import Annotated

import typer

from basalt_cli.cli.completion import complete_environments
from basalt_cli.cli.moving import (
    BranchOption,
    DryRunOption,
    NoCommitOption,
    PushOption,
    ReasonOption,
    YesOption,
    carry_out,
    open_delivery,
    rewrite_push,
)
from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import EnvironmentOption, OptionalSlugsArgument, TextOrJson
from basalt_cli.environments.planning import plan_promotion
from basalt_cli.environments.request import Request

rewrite_arguments = rewrite_push


def command(
    environment: EnvironmentOption,
    slugs: OptionalSlugsArgument = None,
    every: Annotated[bool, typer.Option("--all", help="Every prompt that differs.")] = False,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="ENV", help="Take what runs in ENV.", autocompletion=complete_environments),
    ] = None,
    version: Annotated[
        str | None,
        typer.Option(
            "--version", metavar="SELECTOR", help="Take this version: latest, 1.2.0, '~N' (quoted), a revision."
        ),
    ] = None,
    percent: Annotated[
        int | None,
        typer.Option("--percent", metavar="N", help="Roll out to N of 100 callers beside what runs; 100 completes."),
    ] = None,
    dry_run: DryRunOption = False,
    reason: ReasonOption = None,
    yes: YesOption = False,
    push: PushOption = None,
    branch: BranchOption = None,
    no_commit: NoCommitOption = False,
    allow_breaking: Annotated[
        str | None, typer.Option("--allow-breaking", metavar="REASON", help="Let the gate no-breaking pass.")
    ] = None,
    allow_unmerged: Annotated[
        bool, typer.Option("--allow-unmerged", help="Take a version that the trunk does not have; a tag keeps it.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overrule the gates; wants --reason, and is recorded.")
    ] = False,
    output: TextOrJson = "text",
) -> None:
    """Move an environment to a version of some prompts.

    All of them or none: one commit on the trunk that touches deployments.yaml alone, or with `deployments: tags` a tag
    each. Without --from and --version it is what the environment's own `from` runs, else the newest version on the
    trunk. The gates that basalt.yaml requires on the trunk are run first.
    """
    request = Request(
        tuple(slugs or ()), environment, every, source, version, percent, reason, force, allow_breaking, allow_unmerged
    )
    with opened_project() as project:
        state, delivery = open_delivery(project, push, branch, edits_only=no_commit)
        plan = plan_promotion(state, request)
        carry_out(state, plan, delivery, is_dry_run=dry_run, is_confirmed=yes, output=output)
