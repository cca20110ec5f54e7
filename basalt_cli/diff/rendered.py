"""Render the test cases of a prompt on both sides of a diff, and return those whose messages differ."""

from __future__ import annotations

from basalt_cli.diff.sides import Sides
from basalt_cli.errors import BasaltError
from basalt_cli.model.prompt import Case
from basalt_cli.model.rendered_case import RenderedCase
from basalt_cli.testing.cases import list_cases
from basalt_cli.testing.rendering import Rendered, RenderRequest, render_each
from basalt_cli.testing.run_one import show_messages
from basalt_cli.workspace.catalog import Catalog

_Messages = tuple[tuple[str, str], ...]
_Outcome = tuple[_Messages | None, str | None]


def compare_rendered(sides: Sides, slug: str) -> tuple[RenderedCase, ...]:
    """Return the cases of a prompt that render differently, in the order of the old side, then the new one.

    Each side renders its own case of a name, or the other side's where it has none; all in one process.
    """
    old, new = sides.old.find(slug), sides.new.find(slug)
    old_cases, new_cases = _read_cases(old, slug), _read_cases(new, slug)
    names = list(dict.fromkeys((*old_cases, *new_cases)))
    before = _request(old, slug, [old_cases.get(name) or new_cases[name] for name in names])
    after = _request(new, slug, [new_cases.get(name) or old_cases[name] for name in names])
    rendered = [_describe(found) for found in render_each([*before, *after])]
    nothing: list[_Outcome] = [(None, None)] * len(names)
    before_shown, after_shown = (rendered[: len(before)] or nothing), (rendered[len(before) :] or nothing)
    found = (
        RenderedCase(name, messages, new_messages, error, new_error)
        for name, (messages, error), (new_messages, new_error) in zip(names, before_shown, after_shown, strict=True)
    )
    return tuple(case for case in found if not case.is_same)


def _read_cases(catalog: Catalog | None, slug: str) -> dict[str, Case]:
    """Return the cases by name; only those without fixtures where a fixture or table cannot be read."""
    prompt = catalog.get_file(slug).prompt if catalog is not None else None
    if catalog is None or prompt is None:
        return {}
    try:
        cases = list_cases(catalog, prompt)
    except BasaltError:
        # basalt test reports the file; the other cases can be compared.
        cases = tuple(case for case in prompt.cases if case.is_whole)
    return {case.name: case for case in cases}


def _request(catalog: Catalog | None, slug: str, cases: list[Case]) -> list[RenderRequest]:
    """Return a request for each case; none where the prompt does not exist."""
    return [RenderRequest(catalog, slug, case.variables) for case in cases] if catalog is not None else []


def _describe(rendered: Rendered | BasaltError) -> _Outcome:
    """Return the messages of a case, or its error; both are None where the prompt does not exist."""
    if not isinstance(rendered, BasaltError):
        return tuple(show_messages(rendered.messages)), None
    place = f"{rendered.place}: " if rendered.place else ""
    return None, f"{place}{rendered.message}".partition("\n")[0]
