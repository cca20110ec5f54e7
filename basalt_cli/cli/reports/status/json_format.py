"""A status as JSON; its schema is schemas/output/status.schema.json."""

from __future__ import annotations

from typing import Any

from basalt_cli.cli.output import format_json
from basalt_cli.model.json_forms import rollout_to_json
from basalt_cli.model.status import DeployedVersion, PromptStatus, Status


def format_status(status: Status) -> str:
    """Return the prompts, each with its newest version and what each environment runs of it."""
    prompts = [_prompt_to_json(prompt) for prompt in status.prompts]
    return format_json({"environments": list(status.environments), "prompts": prompts})


def _prompt_to_json(prompt: PromptStatus) -> dict[str, Any]:
    environments = {name: _deployed_to_json(found) for name, found in prompt.environments.items()}
    return {"slug": prompt.slug, "latest": prompt.latest.id if prompt.latest else None, "environments": environments}


def _deployed_to_json(found: DeployedVersion) -> dict[str, Any]:
    return {
        "version": found.pointer.version,
        "digest": found.pointer.digest,
        "release": found.release,
        "behind": found.behind,
        "risk": found.risk.label if found.risk is not None else None,
        "rollout": rollout_to_json(found.pointer),
        "flaw": {"kind": found.flaw.kind, "message": found.flaw.message} if found.flaw is not None else None,
    }
