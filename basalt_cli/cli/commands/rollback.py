"""``basalt rollback``."""

from __future__ import annotations

from typing import Annotated

import typer

from basalt_cli.cli.moving import carry_out, open_delivery
from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import (
    BranchOption,
    DryRunOption,
    NoCommitOption,
    PushOption,
    ReasonOption,
    SlugsArgument,
    TextOrJson,
    YesOption,
    environment_option,
    rewrite_push,
)
from basalt_cli.environments.rollback import NOTHING, RollbackRequest, plan_rollback

rewrite_arguments = rewrite_push


def command(
    slugs: SlugsArgument,
    environment: Annotated[str, environment_option("--env", "The environment to roll back.")],
    version: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="SELECTOR",
            help=f"Roll back to this version; '{NOTHING}' removes the pointer.",
            show_default=False,
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
    """Move pointers of an environment back to what ran before.

    A rollback is a new pointer event, to the same version and digest as before. No gates run, and a gradual roll-out
    ends. promote --all skips a version that was rolled back; to promote it again, name the prompt.
    """
    with opened_project() as project:
        state, delivery = open_delivery(project, push, branch, edits_only=no_commit)
        plan = plan_rollback(state, RollbackRequest(tuple(slugs), environment, version, reason))
        carry_out(state, plan, delivery, is_dry_run=dry_run, is_confirmed=yes, output=output)
