"""Render some templates of a prompt under limits, for rules that look at what comes out."""

from __future__ import annotations

from collections.abc import Mapping

from basalt_cli.errors import LimitExceededError
from basalt_cli.format.prompt.render_job import build_request, render_texts
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, TemplateText
from basalt_cli.sandbox.bounded import run_bounded


def render_some(
    prompt: Prompt, partials: Mapping[str, str], values: dict[str, Json], templates: tuple[TemplateText, ...]
) -> dict[str, str] | None:
    """Return the rendered texts by key; None where the values do not fit, or a template fails or takes too much."""
    try:
        answer = run_bounded(render_texts, build_request(prompt, partials, values, templates))
    except LimitExceededError:
        return None
    texts = answer.get("texts")
    return {key: str(text) for key, text in texts.items()} if isinstance(texts, dict) else None
