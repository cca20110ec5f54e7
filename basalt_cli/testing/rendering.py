"""Render prompts of catalogs: values in, messages out, all in one bounded process."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from basalt_cli.errors import BasaltError, Place
from basalt_cli.format.prompt.assembly import assemble
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.format.prompt.needs import find_cycle
from basalt_cli.format.prompt.render_job import build_case, build_texts, render_cases
from basalt_cli.format.prompt.values import VariablesError, check_values, complete_values, wrong_values_error
from basalt_cli.format.template import RenderFailure, analyse
from basalt_cli.format.yaml.positions import locate
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, TemplateText
from basalt_cli.model.rendered import RenderedMessage
from basalt_cli.sandbox.bounded import run_each
from basalt_cli.workspace.catalog import Catalog

Result = TypeVar("Result")


class RenderError(BasaltError):
    """A template failed while it was rendered."""


class RenderRequest(NamedTuple):
    """A prompt of a catalog, and the values to render it with; defaults are added."""

    catalog: Catalog
    slug: str
    given: dict[str, Json]


class Rendered(NamedTuple):
    """A prompt and its messages for some values."""

    prompt: Prompt
    closure: Closure
    messages: tuple[RenderedMessage, ...]


class _Job(NamedTuple):
    """A request whose values and templates passed the checks that need no process."""

    catalog: Catalog
    prompt: Prompt
    closure: Closure
    values: dict[str, Json]
    case: dict[str, Any]


def render(catalog: Catalog, slug: str, given: dict[str, Json]) -> Rendered:
    """Render a prompt of a catalog; raise BasaltError with the place of what is wrong."""
    (found,) = render_each([RenderRequest(catalog, slug, given)])
    if isinstance(found, BasaltError):
        raise found
    return found


def render_each(requests: Sequence[RenderRequest]) -> list[Rendered | BasaltError]:
    """Return the messages of each request in order, or why it cannot be rendered.

    All of them share one process, whatever their prompts and catalogs; each has its own limits.
    """
    texts: list[dict[str, Any]] = []
    indexes: dict[tuple[int, str], int] = {}
    jobs = [_try(_prepare, request, texts, indexes) for request in requests]
    answers = iter(run_each(render_cases, texts, [job.case for job in jobs if isinstance(job, _Job)]))
    return [_try(_finish, job, next(answers)) if isinstance(job, _Job) else job for job in jobs]


def _try(function: Callable[..., Result], *arguments: object) -> Result | BasaltError:
    try:
        return function(*arguments)
    except BasaltError as error:
        return error


def _prepare(request: RenderRequest, texts: list[dict[str, Any]], indexes: dict[tuple[int, str], int]) -> _Job:
    """Check a request and return its job; adds the texts of its prompt, the first time that it is requested."""
    catalog, slug, given = request
    closure, prompt = catalog.get_closure(slug), catalog.get_prompt(slug)
    values = complete_values(prompt, given)
    problems = check_values(prompt.variables, values)
    if problems:
        raise wrong_values_error(prompt, problems)
    key = (id(catalog), slug)
    if key not in indexes:
        check_templates(catalog, prompt, closure)
        indexes[key] = len(texts)
        texts.append(build_texts(prompt, closure.partials, prompt.templates))
    return _Job(catalog, prompt, closure, values, build_case(prompt, values, indexes[key]))


def _finish(job: _Job, answer: dict[str, Any] | BasaltError) -> Rendered:
    """Return the messages that an answer of ``render_cases`` gives; raise the error that it stands for."""
    catalog, prompt, closure, values, _ = job
    if isinstance(answer, BasaltError):
        raise answer
    if "invalid" in answer:
        raise wrong_values_error(prompt, answer["invalid"])
    if "too_large" in answer:
        hint = "Look for a loop or an include that multiplies."
        raise RenderError(f"{prompt.slug} renders to more than 1,048,576 characters", hint=hint)
    if "failure" in answer:
        raise describe_failure(RenderFailure(**answer["failure"]), catalog, prompt, closure, values)
    return Rendered(prompt, closure, assemble(prompt, answer["texts"], values))


def check_templates(catalog: Catalog, prompt: Prompt, closure: Closure) -> None:
    """Raise RenderError for a circle of includes, or a template that the static check refuses to compile."""
    cycle = find_cycle(prompt, closure.partials)
    if cycle:
        hint = "Remove one of these includes."
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


def describe_failure(
    failure: RenderFailure, catalog: Catalog, prompt: Prompt, closure: Closure, values: dict[str, Json]
) -> BasaltError:
    """Return the error for a failed rendering, with its place in the prompt's files."""
    place = _place_of_failure(failure, catalog, prompt, closure)
    name = failure.name
    variable = prompt.find_variable(name) if name else None
    if variable is not None and name in values:
        hint = f"Import the template with context, or pass {name} to its macro: imports do not see the variables."
        return RenderError(f"{name!r} is undefined here", hint=hint, place=place)
    if variable is not None:
        hint = (
            f"{name} is optional and was not given: guard it with {{% if {name} is defined %}}, or give it a default."
        )
        return VariablesError(f"{name!r} is undefined here", hint=hint, place=place)
    declared = ", ".join(v.name for v in prompt.variables) or "none"
    help_text = f"Declare it under variables: (declared: {declared})." if name else None
    if name in ("loop", "caller", "super", "self", "varargs", "kwargs"):
        help_text = f"{name!r} exists only inside the loop, macro or block that sets it."
    return RenderError(failure.message, hint=help_text, place=place)


def _place_of_failure(failure: RenderFailure, catalog: Catalog, prompt: Prompt, closure: Closure) -> Place:
    line, key = max(1, failure.line), failure.template
    template = next((template for template in prompt.templates if template.key == key), None)
    text = template.text if template else closure.partials.get(key, "")
    # Jinja2 counts these line ends, and no others.
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
