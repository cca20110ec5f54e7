"""The promotion behind ``publish``, with its gates and its compare-and-swap."""

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
    """Promote one prompt, locally or at the remote; for None, to the version that the environment's policy chooses."""
    remote = None
    if to_remote:
        state, remote = fetch_state(state.checkout, "")
    plan = plan_promotion(state, Request((slug,), environment, selector=selector, reason=reason))
    if not plan.moves:
        return PublishPromptResponse("", environment)
    try:
        receipt = apply_plan(state, plan, Delivery(remote))
    except LeftBehindError as error:
        # The promotion is done at the remote; only a local worktree could not be updated.
        warnings.warn(f"{error.message}. {error.hint or ''}", BasaltWarning, stacklevel=2)
        return PublishPromptResponse("", environment)
    return PublishPromptResponse(receipt.tags[0] if receipt.tags else receipt.commit or "", environment)
