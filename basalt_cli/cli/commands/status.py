"""``basalt status``."""

from __future__ import annotations

from typing import Any

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import TextOrJson
from basalt_cli.cli.output import Segment, align, note, print_json, print_lines
from basalt_cli.use_cases.overview import Deployed, PromptStatus, Status, read_status


def command(output: TextOrJson = "text") -> None:
    """Show what each environment runs, and how far behind it is."""
    with opened_project() as project:
        status = read_status(project)
    for message in status.notes:
        note(message)
    if output == "json":
        prompts = [_to_json(prompt) for prompt in status.prompts]
        print_json({"environments": list(status.environments), "prompts": prompts})
        return
    if not status.prompts:
        note("there are no prompts on the trunk yet; commit one")
        return
    print_lines(align([_heading(status), *(_to_row(prompt, status) for prompt in status.prompts)]))


def _to_json(prompt: PromptStatus) -> dict[str, Any]:
    environments = {
        name: {"version": found.version, "digest": found.digest, "release": found.release, "behind": found.behind}
        for name, found in prompt.environments.items()
    }
    return {"slug": prompt.slug, "latest": prompt.latest.id if prompt.latest else None, "environments": environments}


def _heading(status: Status) -> list[Segment]:
    return [Segment(text, "bold") for text in ("PROMPT", "LATEST", *(name.upper() for name in status.environments))]


def _to_row(prompt: PromptStatus, status: Status) -> list[Segment]:
    latest = Segment(prompt.latest.commit.id[:9]) if prompt.latest else Segment("not on trunk", "red")
    cells = [_to_cell(prompt.environments.get(name)) for name in status.environments]
    return [Segment(prompt.slug), latest, *cells]


def _to_cell(found: Deployed | None) -> Segment:
    if found is None:
        return Segment("-", "dim")
    name = found.release or found.version[:9]
    if found.behind is None:
        return Segment(f"{name} (not in this clone)", "red")
    return Segment(f"{name} ({found.behind} behind)", "yellow") if found.behind else Segment(name, "green")
