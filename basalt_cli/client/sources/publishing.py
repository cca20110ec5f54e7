"""The promotion behind ``publish``, with its gates and its compare-and-swap."""

from __future__ import annotations

import warnings

from basalt_cli.client.errors import BasaltWarning
from basalt_cli.client.responses import PublishPromptResponse
from basalt_cli.environments.planning import Request, plan_promotion
from basalt_cli.environments.plans import apply_plan
from basalt_cli.environments.targets import Wanted
from basalt_cli.errors import LeftBehindError
from basalt_cli.pointers.opening import fetch_remote
from basalt_cli.pointers.types import Delivery
from basalt_cli.workspace.project import Project


def publish(
    project: Project, slug: str, environment: str, selector: str | None, reason: str | None, *, to_remote: bool
) -> PublishPromptResponse:
    """Promote one prompt, locally or at the remote; for None, to the version that the environment's policy chooses."""
    trunk, remote = fetch_remote(project, "") if to_remote else (None, None)
    request = Request(Wanted((slug,), selector=selector), environment, reason=reason)
    plan = plan_promotion(project, request, trunk)
    if not plan.moves:
        return PublishPromptResponse("", environment)
    try:
        receipt = apply_plan(project, plan, Delivery(remote))
    except LeftBehindError as error:
        # The promotion is done at the remote; only a local worktree could not be updated.
        warnings.warn(f"{error.message}. {error.hint or ''}", BasaltWarning, stacklevel=2)
        return PublishPromptResponse("", environment)
    return PublishPromptResponse(receipt.tags[0] if receipt.tags else receipt.commit or "", environment)
