"""A diff as JSON; the schema is schemas/output/diff.schema.json."""

from __future__ import annotations

from typing import Any

from basalt_cli.cli.output import format_json
from basalt_cli.cli.reports.diff import DiffReport
from basalt_cli.model.change import PromptDiff
from basalt_cli.model.json_forms import changes_to_json
from basalt_cli.model.rendered_case import RenderedCase
from basalt_cli.versions.reach import Reach


def format_diff(report: DiffReport) -> str:
    """Return the changes of each prompt."""
    prompts = [to_json(diff) for diff in report.diffs]
    if report.rendered is not None:
        for prompt in prompts:
            prompt["rendered"] = [_case_to_json(case) for case in report.rendered.get(prompt["slug"], ())]
    reach = {"reach": _reach_to_json(report.reach)} if report.reach is not None else {}
    return format_json({"prompts": prompts, **reach})


def to_json(diff: PromptDiff) -> dict[str, Any]:
    """Return the changes of one prompt."""
    changes = changes_to_json(diff.changes, with_sides=True)
    return {"slug": diff.slug, "from": diff.old, "to": diff.new, "risk": diff.risk.label, "changes": changes}


def _case_to_json(case: RenderedCase) -> dict[str, Any]:
    def messages(found: tuple[tuple[str, str], ...] | None) -> Any:
        return None if found is None else [{"role": role, "text": text} for role, text in found]

    return {
        "case": case.name,
        "old": messages(case.old),
        "new": messages(case.new),
        "old_error": case.old_error,
        "new_error": case.new_error,
    }


def _reach_to_json(reach: Reach) -> dict[str, Any]:
    environments = {name: list(slugs) for name, slugs in reach.environments}
    return {"partial": reach.partial, "prompts": list(reach.prompts), "environments": environments}
