"""Publish: a promotion, with the gates and the compare-and-swap of one."""

from __future__ import annotations

import warnings

from basalt_cli.client.errors import BasaltWarning
from basalt_cli.client.responses import PublishPromptResponse
from basalt_cli.environments.planning import plan_promotion
from basalt_cli.environments.plans import apply_plan
from basalt_cli.environments.request import Request
from basalt_cli.errors import LeftBehindError
from basalt_cli.pointers.trunk_state import TrunkState, fetch_state
from basalt_cli.pointers.types import Delivery


def publish(
    state: TrunkState, slug: str, environment: str, selector: str | None, reason: str | None, *, to_remote: bool
) -> PublishPromptResponse:
    """Promote one prompt, here or at the remote; without a selector it is what the environment's policy says."""
    remote = None
    if to_remote:
        state, remote = fetch_state(state.checkout, "")
    plan = plan_promotion(state, Request((slug,), environment, selector=selector, reason=reason))
    if not plan.moves:
        return PublishPromptResponse("", environment)
    try:
        receipt = apply_plan(state, plan, Delivery(remote))
    except LeftBehindError as error:
        # It holds where it counts; only a worktree here could not follow.
        warnings.warn(f"{error.message}. {error.hint or ''}", BasaltWarning, stacklevel=2)
        return PublishPromptResponse("", environment)
    return PublishPromptResponse(receipt.tags[0] if receipt.tags else receipt.commit or "", environment)
