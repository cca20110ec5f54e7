"""``basalt list``."""

from __future__ import annotations

from typing import Any

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import TextOrJson
from basalt_cli.cli.output import Segment, align, note, print_json, print_lines
from basalt_cli.versions.listing import Listed, list_prompts


def command(output: TextOrJson = "text") -> None:
    """List prompts, and the version that each environment runs.

    Lists the prompts of the working tree, or in a bare repository those of the trunk.
    """
    with opened_project() as project:
        listed = list_prompts(project)
        names = project.config.environment_names
    if output == "json":
        print_json({"prompts": [_to_json(item) for item in listed]})
        return
    if not listed:
        note("there are no prompts; create one: basalt new SLUG")
        return
    heading = [Segment(text, "bold") for text in ("PROMPT", *(name.upper() for name in names), "DESCRIPTION")]
    print_lines(align([heading, *(_to_row(item, names) for item in listed)]))


def _to_json(item: Listed) -> dict[str, Any]:
    prompt = item.prompt
    details = {
        "name": prompt.name if prompt else None,
        "description": prompt.description if prompt else None,
        "feature": prompt.feature if prompt else None,
    }
    return {"slug": item.slug, **details, "environments": item.environments}


def _to_row(item: Listed, names: tuple[str, ...]) -> list[Segment]:
    running = [item.environments.get(name) for name in names]
    cells = [Segment(version[:9]) if version else Segment("-", "dim") for version in running]
    if item.prompt is None:
        return [Segment(item.slug), *cells, Segment("invalid; see basalt lint", "red")]
    return [Segment(item.slug), *cells, Segment(item.prompt.description or item.prompt.name or "")]
