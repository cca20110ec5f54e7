"""The work of one rendering, as plain JSON in and out, so that it can run in a process of its own under limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from basalt_cli.format.schema.value_check import find_value_problem, is_simple
from basalt_cli.format.template.rendering import OutputTooLargeError, Renderer, RenderFailure
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, TemplateText, Whitespace


def build_request(
    prompt: Prompt, partials: Mapping[str, str], values: dict[str, Json], templates: tuple[TemplateText, ...]
) -> dict[str, Any]:
    """Return what ``render_texts`` needs to render some templates of a prompt."""
    return {
        "texts": {template.key: template.text for template in templates},
        "partials": dict(partials),
        "whitespace": prompt.whitespace._asdict(),
        "variables": values,
        "schemas": {v.name: v.schema for v in prompt.variables if v.name in values and not is_simple(v.schema)},
    }


def render_texts(request: dict[str, Any]) -> dict[str, Json]:
    """Check the values that need limits, then render every text.

    The request has ``texts`` by key, ``partials`` by path, ``whitespace``, ``variables`` and ``schemas`` by variable.
    The answer has one of ``texts``, ``invalid`` (messages by variable), ``too_large`` or ``failure``.
    """
    renderer = Renderer(Whitespace(**request["whitespace"]), request["partials"], request["texts"])
    return _render_once(renderer, request["variables"], request["schemas"])


def render_batch(request: dict[str, Any]) -> dict[str, Json]:
    """Render the same texts with several values, as ``render_texts`` does with one.

    The request has ``batch``, a list of ``variables`` and ``schemas``, in their place; the answer has ``answers``.
    """
    renderer = Renderer(Whitespace(**request["whitespace"]), request["partials"], request["texts"])
    return {"answers": [_render_once(renderer, one["variables"], one["schemas"]) for one in request["batch"]]}


def _render_once(renderer: Renderer, variables: dict[str, Json], schemas: dict[str, Any]) -> dict[str, Json]:
    problems = {name: find_value_problem(schema, variables[name]) for name, schema in schemas.items()}
    invalid: dict[str, Json] = {name: problem for name, problem in problems.items() if problem}
    if invalid:
        return {"invalid": invalid}
    try:
        texts: dict[str, Json] = {**renderer.render(variables)}
    except OutputTooLargeError:
        return {"too_large": True}
    except RenderFailure as failure:
        details: dict[str, Json] = {"template": failure.template, "line": failure.line}
        return {"failure": {**details, "message": failure.message, "name": failure.name}}
    return {"texts": texts}
