"""Statuses as plain JSON, as a store keeps them."""

from __future__ import annotations

from typing import Any

from basalt_cli.model.change import Risk
from basalt_cli.model.pointer import Pointer, Share
from basalt_cli.model.status import DeployedVersion, PromptStatus, Status
from basalt_cli.model.version import Commit, Version


def encode_status(status: Status) -> Any:
    """Return a status without flaws as JSON."""
    prompts = [
        [prompt.slug, _encode_version(prompt.latest), {n: _encode_deployed(f) for n, f in prompt.environments.items()}]
        for prompt in status.prompts
    ]
    return [list(status.environments), prompts, list(status.notes)]


def _encode_version(version: Version | None) -> Any:
    return [version.slug, list(version.commit), version.digest] if version is not None else None


def _encode_deployed(found: DeployedVersion) -> Any:
    return [*found.pointer, found.release, found.behind, found.risk]


def decode_status(stored: Any) -> Status:
    """Return the status that was stored."""
    environments, prompts, notes = stored
    decoded = (
        PromptStatus(slug, _decode_version(latest), {name: _decode_deployed(found) for name, found in running.items()})
        for slug, latest, running in prompts
    )
    return Status(tuple(environments), tuple(decoded), tuple(notes))


def _decode_version(stored: Any) -> Version | None:
    if stored is None:
        return None
    slug, (commit_id, parents, *rest), digest = stored
    return Version(slug, Commit(commit_id, tuple(parents), *rest), digest)


def _decode_deployed(stored: Any) -> DeployedVersion:
    version, digest, rollout, release, behind, risk = stored
    pointer = Pointer(version, digest, tuple(Share(*share) for share in rollout))
    return DeployedVersion(pointer, release, behind, Risk(risk) if risk is not None else None)
