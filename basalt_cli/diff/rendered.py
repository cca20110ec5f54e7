"""Render the test cases of prompts on both sides of a diff, and return those whose messages differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from basalt_cli.diff.sides import Sides
from basalt_cli.errors import BasaltError
from basalt_cli.model.prompt import Case
from basalt_cli.model.rendered_case import RenderedCase
from basalt_cli.testing.cases import list_cases
from basalt_cli.testing.rendering import Rendered, RenderRequest, render_each
from basalt_cli.testing.run_one import show_messages
from basalt_cli.workspace.catalog import Catalog


class _CasePair(NamedTuple):
    """A case with its requests for both sides, None for a side where the prompt does not exist."""

    slug: str
    name: str
    old: RenderRequest | None
    new: RenderRequest | None


def compare_rendered(sides: Sides, slugs: Sequence[str]) -> dict[str, tuple[RenderedCase, ...]]:
    """Return the cases that render differently, by slug; all cases of all prompts are rendered in one process."""
    pairs = [pair for slug in slugs for pair in _pair_cases(sides, slug)]
    requests = [request for pair in pairs for request in (pair.old, pair.new) if request is not None]
    answers = iter(render_each(requests))
    found: dict[str, tuple[RenderedCase, ...]] = dict.fromkeys(slugs, ())
    for pair in pairs:
        old, old_error = _describe(next(answers)) if pair.old is not None else (None, None)
        new, new_error = _describe(next(answers)) if pair.new is not None else (None, None)
        case = RenderedCase(pair.name, old, new, old_error, new_error)
        if not case.is_same:
            found[pair.slug] += (case,)
    return found


def _pair_cases(sides: Sides, slug: str) -> Iterator[_CasePair]:
    """Yield the cases of the old side, then those that only the new side has.

    Each side renders its own case of a name, or the other side's where it has none.
    """
    old, new = sides.old.find(slug), sides.new.find(slug)
    old_cases, new_cases = _read_cases(old, slug), _read_cases(new, slug)
    for name in dict.fromkeys((*old_cases, *new_cases)):
        old_case, new_case = old_cases.get(name) or new_cases[name], new_cases.get(name) or old_cases[name]
        yield _CasePair(slug, name, _request(old, slug, old_case), _request(new, slug, new_case))


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


def _request(catalog: Catalog | None, slug: str, case: Case) -> RenderRequest | None:
    return RenderRequest(catalog, slug, case.variables) if catalog is not None else None


def _describe(rendered: Rendered | BasaltError) -> tuple[tuple[tuple[str, str], ...] | None, str | None]:
    """Return the messages of a case and None, or None and the first line of its error."""
    if not isinstance(rendered, BasaltError):
        return tuple(show_messages(rendered.messages)), None
    place = f"{rendered.place}: " if rendered.place else ""
    return None, f"{place}{rendered.message}".partition("\n")[0]
