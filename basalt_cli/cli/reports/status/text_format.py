"""A status as a table: a row for each prompt, a column for each environment."""

from __future__ import annotations

from basalt_cli.cli.output import Segment, align, format_lines
from basalt_cli.model.status import DeployedVersion, PromptStatus, Status

_FLAWS = {
    "gone": "not in this clone",
    "off-trunk": "not on the trunk",
    "digest": "wrong digest",
    "no-prompt": "no such prompt there",
}


def format_status(status: Status) -> str:
    """Return the table, with a heading."""
    return format_lines(align([_heading(status), *(_to_row(prompt, status) for prompt in status.prompts)]))


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
