"""Render a prompt: values in, messages out, in a bounded process."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from basalt_cli.errors import BasaltError, LimitExceededError, Place
from basalt_cli.format.prompt.assembly import assemble
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.format.prompt.needs import find_cycle
from basalt_cli.format.prompt.render_job import build_request, render_batch, render_texts
from basalt_cli.format.prompt.values import VariablesError, check_values, complete_values, wrong_values_error
from basalt_cli.format.template import RenderFailure, analyse
from basalt_cli.format.yaml.positions import locate
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, TemplateText
from basalt_cli.model.rendered import RenderedMessage
from basalt_cli.sandbox.bounded import run_bounded
from basalt_cli.workspace.catalog import Catalog


class RenderError(BasaltError):
    """A template failed while it was rendered."""


class Rendered(NamedTuple):
    """A prompt and its messages for some values."""

    prompt: Prompt
    closure: Closure
    messages: tuple[RenderedMessage, ...]


def render(catalog: Catalog, slug: str, given: dict[str, Json]) -> Rendered:
    """Render a prompt of a catalog; raise BasaltError with the place of whatever is wrong."""
    values = _find_values(catalog, slug, given)
    closure, prompt = catalog.get_closure(slug), catalog.get_prompt(slug)
    answer = run_bounded(render_texts, build_request(prompt, closure.partials, values, prompt.templates))
    return _to_rendered(catalog, prompt, closure, values, answer)


def render_several(catalog: Catalog, slug: str, given: Sequence[dict[str, Json]]) -> list[Rendered | BasaltError]:
    """Render a prompt with several values, in one process for all of them where none of them takes too much."""
    closure, prompt = catalog.get_closure(slug), catalog.get_prompt(slug)
    found: list[dict[str, Json] | BasaltError] = []
    for one in given:
        try:
            found.append(_find_values(catalog, slug, one))
        except BasaltError as error:
            found.append(error)
    requests = [
        build_request(prompt, closure.partials, values, prompt.templates)
        for values in found
        if not isinstance(values, BasaltError)
    ]
    try:
        answers = iter(_run_batch(requests))
    except LimitExceededError:
        # One of them did; alone each has its own time, and the others their result.
        return [_try(lambda one=one: render(catalog, slug, one)) for one in given]  # type: ignore[misc]
    rendered: list[Rendered | BasaltError] = []
    for values in found:
        if isinstance(values, BasaltError):
            rendered.append(values)
        else:
            answer = next(answers)
            rendered.append(_try(lambda v=values, a=answer: _to_rendered(catalog, prompt, closure, v, a)))  # type: ignore[misc]
    return rendered


def _run_batch(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not requests:
        return []
    batch = [{"variables": request["variables"], "schemas": request["schemas"]} for request in requests]
    common = {name: requests[0][name] for name in ("texts", "partials", "whitespace")}
    answers: Any = run_bounded(render_batch, {**common, "batch": batch})["answers"]
    return list(answers)


def _try(work: Callable[[], Rendered]) -> Rendered | BasaltError:
    try:
        return work()
    except BasaltError as error:
        return error


def _find_values(catalog: Catalog, slug: str, given: dict[str, Json]) -> dict[str, Json]:
    """Return the values to render with, of a prompt that may be rendered at all."""
    closure, prompt = catalog.get_closure(slug), catalog.get_prompt(slug)
    values = complete_values(prompt, given)
    problems = check_values(prompt.variables, values)
    if problems:
        raise wrong_values_error(prompt, problems)
    check_templates(catalog, prompt, closure)
    return values


def _to_rendered(
    catalog: Catalog, prompt: Prompt, closure: Closure, values: dict[str, Json], answer: dict[str, Any]
) -> Rendered:
    texts = _read_answer(answer, catalog, prompt, closure, values)
    return Rendered(prompt, closure, assemble(prompt, texts, values))


def check_templates(catalog: Catalog, prompt: Prompt, closure: Closure) -> None:
    """Refuse what the static check of a template refuses, before anything of it is compiled."""
    cycle = find_cycle(prompt, closure.partials)
    if cycle:
        hint = "Take one of these includes out."
        raise RenderError(f"the partials include each other in a circle: {' -> '.join(cycle)}", hint=hint)
    for template in prompt.templates:
        for problem in analyse(template.text, prompt.whitespace).problems:
            place = _place_in(catalog, prompt.slug, template, problem.offset)
            raise RenderError(problem.message, hint=problem.help, place=place)
    for partial, text in closure.partials.items():
        for problem in analyse(text, prompt.whitespace).problems:
            line = text.count("\n", 0, problem.offset) + 1
            column = problem.offset - text.rfind("\n", 0, problem.offset)
            raise RenderError(
                problem.message, hint=problem.help, place=Place(catalog.path_of_partial(partial), line, column)
            )


def _read_answer(
    answer: dict[str, Any], catalog: Catalog, prompt: Prompt, closure: Closure, values: dict[str, Json]
) -> dict[str, str]:
    if "invalid" in answer:
        raise wrong_values_error(prompt, answer["invalid"])
    if "too_large" in answer:
        hint = "Look for a loop or an include that multiplies."
        raise RenderError(f"{prompt.slug} renders to more than 1,048,576 characters", hint=hint)
    if "failure" in answer:
        raise describe_failure(RenderFailure(**answer["failure"]), catalog, prompt, closure, values)
    texts: dict[str, str] = answer["texts"]
    return texts


def describe_failure(
    failure: RenderFailure, catalog: Catalog, prompt: Prompt, closure: Closure, values: dict[str, Json]
) -> BasaltError:
    """Say why a rendering failed, and where that is in the prompt's files."""
    place = _place_of_failure(failure, catalog, prompt, closure)
    name = failure.name
    variable = prompt.find_variable(name) if name else None
    if variable is not None and name in values:
        hint = f"Import it with context, or pass {name} to its macro: an import does not see the variables."
        return RenderError(f"{name!r} is undefined here", hint=hint, place=place)
    if variable is not None:
        hint = (
            f"{name} is optional and was not given: guard it with {{% if {name} is defined %}}, or give it a default."
        )
        return VariablesError(f"{name!r} is undefined here", hint=hint, place=place)
    declared = ", ".join(v.name for v in prompt.variables) or "none"
    help_text = f"Declare it under variables: (declared: {declared})." if name else None
    if name in ("loop", "caller", "super", "self", "varargs", "kwargs"):
        help_text = f"{name!r} exists only inside what sets it: a loop, a macro, or a block."
    return RenderError(failure.message, hint=help_text, place=place)


def _place_of_failure(failure: RenderFailure, catalog: Catalog, prompt: Prompt, closure: Closure) -> Place:
    line, key = max(1, failure.line), failure.template
    template = next((template for template in prompt.templates if template.key == key), None)
    text = template.text if template else closure.partials.get(key, "")
    # Jinja2 knows just these line ends.
    ends = [match.end() for match in re.finditer(r"\r\n|\r|\n", text)]
    start = ends[line - 2] if 1 < line <= len(ends) + 1 else 0
    offset = start
    for use in analyse(text, prompt.whitespace).uses:
        if use.name == failure.name and start <= use.offset < (ends[line - 1] if line <= len(ends) else len(text)):
            offset = use.offset
            break
    else:
        rest = text[start:]
        offset += len(rest) - len(rest.lstrip(" \t"))
    if template is None:
        return Place(catalog.path_of_partial(key), line, offset - start + 1)
    return _place_in(catalog, prompt.slug, template, offset)


def _place_in(catalog: Catalog, slug: str, template: TemplateText, offset: int) -> Place:
    span = locate(catalog.get_file(slug).document.text, template.scalar, offset)
    return Place(catalog.path_of(slug), span.line, span.column)
