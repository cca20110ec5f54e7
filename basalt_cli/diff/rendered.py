"""Render the test cases of a prompt on both sides, and see what the model would read differently."""

from __future__ import annotations

from basalt_cli.diff.sides import Sides
from basalt_cli.errors import BasaltError
from basalt_cli.model.prompt import Case
from basalt_cli.model.rendered_case import RenderedCase
from basalt_cli.testing.cases import list_cases
from basalt_cli.testing.rendering import render
from basalt_cli.testing.run_one import show_messages
from basalt_cli.workspace.catalog import Catalog


def compare_rendered(sides: Sides, slug: str) -> tuple[RenderedCase, ...]:
    """Return the cases of a prompt, of the new side first, that are not rendered the same."""
    old, new = sides.old.find(slug), sides.new.find(slug)
    cases = {case.name: case for side in (old, new) for case in _cases(side, slug)}
    found = (_compare_case(case, (old, new), slug) for case in cases.values())
    return tuple(case for case in found if not case.is_same)


def _cases(catalog: Catalog | None, slug: str) -> tuple[Case, ...]:
    prompt = catalog.get_file(slug).prompt if catalog is not None else None
    if catalog is None or prompt is None:
        return ()
    try:
        return list_cases(catalog, prompt)
    except BasaltError:
        # What stands in files cannot be read, which the tests say; the rest is compared.
        return tuple(case for case in prompt.cases if case.is_whole)


def _compare_case(case: Case, catalogs: tuple[Catalog | None, Catalog | None], slug: str) -> RenderedCase:
    (old, old_error), (new, new_error) = (_render(catalog, slug, case) for catalog in catalogs)
    return RenderedCase(case.name, old, new, old_error, new_error)


def _render(catalog: Catalog | None, slug: str, case: Case) -> tuple[tuple[tuple[str, str], ...] | None, str | None]:
    """Return the messages, or why there are none; both None where the prompt does not exist."""
    if catalog is None:
        return None, None
    own = next((found for found in _cases(catalog, slug) if found.name == case.name), case)
    try:
        rendered = render(catalog, slug, own.variables)
    except BasaltError as error:
        place = f"{error.place}: " if error.place else ""
        return None, f"{place}{error.message}".partition("\n")[0]
    return tuple(show_messages(rendered.messages)), None
