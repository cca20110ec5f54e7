"""``basalt rollback``."""

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
from basalt_cli.cli.options import SlugsArgument, TextOrJson
from basalt_cli.environments.rollback import NOTHING, RollbackRequest, plan_rollback

rewrite_arguments = rewrite_push


def command(
    slugs: SlugsArgument,
    environment: Annotated[
        str,
        typer.Option(
            "--env", metavar="ENV", help="The environment to roll back.", autocompletion=complete_environments
        ),
    ],
    version: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="SELECTOR", help=f"To this version; {NOTHING} takes the pointer away.", show_default=False
        ),
    ] = None,
    dry_run: DryRunOption = False,
    reason: ReasonOption = None,
    yes: YesOption = False,
    push: PushOption = None,
    branch: BranchOption = None,
    no_commit: NoCommitOption = False,
    output: TextOrJson = "text",
) -> None:
    """Move prompts of an environment back to what ran before.

    A new event, of the very same version and digest as then; no gate stands in its way. It ends a gradual roll-out.
    What was rolled back is not promoted again by --all until somebody names it.
    """
    with opened_project() as project:
        state, delivery = open_delivery(project, push, branch, edits_only=no_commit)
        plan = plan_rollback(state, RollbackRequest(tuple(slugs), environment, version, reason))
        carry_out(state, plan, delivery, is_dry_run=dry_run, is_confirmed=yes, output=output)
