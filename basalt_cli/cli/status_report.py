"""Show a status, for people or programs."""

from __future__ import annotations

from typing import Any

from basalt_cli.cli.output import Segment, align, note, print_json, print_lines
from basalt_cli.model.status import DeployedVersion, PromptStatus, Status

_MOST_FLAWS = 5
_FLAWS = {
    "gone": "not in this clone",
    "off-trunk": "not on the trunk",
    "digest": "wrong digest",
    "no-prompt": "no such prompt there",
}


def show_status(status: Status, output: str) -> None:
    """Print a status as ``text`` or ``json``, and notes on it."""
    for message in status.notes:
        note(message)
    flaws = [found.flaw for prompt in status.prompts for found in prompt.environments.values() if found.flaw]
    for flaw in flaws[:_MOST_FLAWS]:
        note(f"{flaw.message}; basalt doctor says what to do")
    if output == "json":
        prompts = [_to_json(prompt) for prompt in status.prompts]
        print_json({"environments": list(status.environments), "prompts": prompts})
        return
    if not status.prompts:
        note("there are no prompts on the trunk yet; commit one")
        return
    print_lines(align([_heading(status), *(_to_row(prompt, status) for prompt in status.prompts)]))


def _to_json(prompt: PromptStatus) -> dict[str, Any]:
    environments = {name: _deployed_to_json(found) for name, found in prompt.environments.items()}
    return {"slug": prompt.slug, "latest": prompt.latest.id if prompt.latest else None, "environments": environments}


def _deployed_to_json(found: DeployedVersion) -> dict[str, Any]:
    shares = [
        {"version": share.version, "digest": share.digest, "percent": share.percent} for share in found.pointer.rollout
    ]
    return {
        "version": found.pointer.version,
        "digest": found.pointer.digest,
        "release": found.release,
        "behind": found.behind,
        "risk": found.risk.label if found.risk is not None else None,
        "rollout": shares,
        "flaw": {"kind": found.flaw.kind, "message": found.flaw.message} if found.flaw is not None else None,
    }


def _heading(status: Status) -> list[Segment]:
    return [Segment(text, "bold") for text in ("PROMPT", "LATEST", *(name.upper() for name in status.environments))]


def _to_row(prompt: PromptStatus, status: Status) -> list[Segment]:
    latest = Segment(prompt.latest.commit.id[:9]) if prompt.latest else Segment("not on trunk", "red")
    cells = [_to_cell(prompt.environments.get(name)) for name in status.environments]
    return [Segment(prompt.slug), latest, *cells]


def _to_cell(found: DeployedVersion | None) -> Segment:
    if found is None:
        return Segment("-", "dim")
    name = found.release or found.pointer.version[:9]
    name += "".join(f" + {share.percent} % {share.version[:9]}" for share in found.pointer.rollout)
    if found.flaw is not None:
        return Segment(f"{name} ({_FLAWS[found.flaw.kind]})", "red")
    if found.behind:
        risk = f", {found.risk.label}" if found.risk is not None else ""
        return Segment(f"{name} ({found.behind} behind{risk})", "yellow")
    return Segment(name, "green")
