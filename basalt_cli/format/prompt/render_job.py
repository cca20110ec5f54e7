"""One rendering as a function from JSON to JSON, so that it can run in a bounded child process."""

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
    """Return the request of ``render_texts`` for some templates of a prompt."""
    return {
        "texts": {template.key: template.text for template in templates},
        "partials": dict(partials),
        "whitespace": prompt.whitespace._asdict(),
        "variables": values,
        "schemas": {v.name: v.schema for v in prompt.variables if v.name in values and not is_simple(v.schema)},
    }


def render_texts(request: dict[str, Any]) -> dict[str, Json]:
    """Check the values whose check needs limits, then render every text.

    The request has ``texts`` by key, ``partials`` by path, ``whitespace``, ``variables`` and ``schemas`` by variable.
    The answer has one of ``texts``, ``invalid`` (messages by variable), ``too_large`` and ``failure``.
    """
    renderer = Renderer(Whitespace(**request["whitespace"]), request["partials"], request["texts"])
    return _render_once(renderer, request["variables"], request["schemas"])


def render_batch(request: dict[str, Any]) -> dict[str, Json]:
    """Render the same texts with several sets of values.

    The request has, in place of ``variables`` and ``schemas``, a list ``batch`` of both; the answer has ``answers``,
    each as from ``render_texts``.
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
