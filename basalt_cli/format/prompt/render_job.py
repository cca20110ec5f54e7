"""One rendering as a function from JSON to JSON, so that it can run in a bounded child process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from basalt_cli.format.schema.value_check import find_value_problem, is_simple
from basalt_cli.format.template.rendering import OutputTooLargeError, Renderer, RenderFailure
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, TemplateText, Whitespace


def build_texts(prompt: Prompt, partials: Mapping[str, str], templates: tuple[TemplateText, ...]) -> dict[str, Any]:
    """Return what all renderings of some templates of a prompt share."""
    return {
        "texts": {template.key: template.text for template in templates},
        "partials": dict(partials),
        "whitespace": prompt.whitespace._asdict(),
    }


def build_case(prompt: Prompt, values: dict[str, Json], index: int = 0) -> dict[str, Any]:
    """Return one rendering: the values, the schemas that need limits, and the index of the prompt's texts."""
    schemas = {v.name: v.schema for v in prompt.variables if v.name in values and not is_simple(v.schema)}
    return {"prompt": index, "variables": values, "schemas": schemas}


def render_cases(prompts: Sequence[dict[str, Any]], cases: Sequence[dict[str, Any]]) -> Iterator[dict[str, Json]]:
    """Check the values that need limits, then render every text of a prompt; for each case of some prompts.

    ``prompts`` come from ``build_texts`` and ``cases`` from ``build_case``. Yields, for each case, one of ``texts`` by
    key, ``invalid`` (messages by variable), ``too_large`` or ``failure``. A template is compiled once.
    """
    renderers: dict[int, Renderer] = {}
    for case in cases:
        index = case["prompt"]
        if index not in renderers:
            texts = prompts[index]
            renderers[index] = Renderer(Whitespace(**texts["whitespace"]), texts["partials"], texts["texts"])
        yield _render_once(renderers[index], case["variables"], case["schemas"])


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
