"""Render some templates of a prompt under limits, for the rules that read the rendered text."""

from __future__ import annotations

from collections.abc import Mapping

from basalt_cli.errors import LimitExceededError
from basalt_cli.format.prompt.render_job import build_case, build_texts, render_cases
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, TemplateText
from basalt_cli.sandbox.bounded import run_bounded


def render_some(
    prompt: Prompt, partials: Mapping[str, str], values: dict[str, Json], templates: tuple[TemplateText, ...]
) -> dict[str, str] | None:
    """Return the rendered texts by key; None if the values are wrong, or a template fails or exceeds the limits."""
    try:
        answer = run_bounded(render_cases, [build_texts(prompt, partials, templates)], build_case(prompt, values))
    except LimitExceededError:
        return None
    texts = answer.get("texts")
    return {key: str(text) for key, text in texts.items()} if isinstance(texts, dict) else None
