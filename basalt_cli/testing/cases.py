"""List the test cases of a prompt with all their values, those from fixtures and tables included."""

from __future__ import annotations

from basalt_cli.errors import Place
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Case, Prompt
from basalt_cli.testing.case_tables import FixtureError, read_fixture, read_table
from basalt_cli.text.slug import RESERVED_FOLDER
from basalt_cli.text.words import list_names, squeeze_blanks
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.prompt_tree import LARGEST_FILE_BYTES


def list_cases(catalog: Catalog, prompt: Prompt) -> tuple[Case, ...]:
    """Return the cases of a prompt with their values, a case for each row of a table, in the order of its file.

    Raises FixtureError for a fixture or table that is missing, too large or malformed, and for two cases of one name.
    """
    if all(case.is_whole for case in prompt.cases):
        return prompt.cases
    cases: dict[str, Case] = {}
    for case in prompt.cases:
        for found in _expand(catalog, prompt, case):
            if squeeze_blanks(found.name) in cases:
                place = Place(catalog.path_of(prompt.slug), case.span.line, case.span.column)
                raise FixtureError(f"two cases are called {found.name!r}", hint="Rename one of them.", place=place)
            cases[squeeze_blanks(found.name)] = found
    return tuple(cases.values())


def list_files(prompt: Prompt) -> tuple[str, ...]:
    """Return the paths, from the prompts folder, of the fixtures and tables that a prompt's cases name."""
    names = [name for case in prompt.cases for name in (*case.fixtures, *([case.table] if case.table else []))]
    return tuple(dict.fromkeys(f"{RESERVED_FOLDER}/{name}" for name in names))


def _expand(catalog: Catalog, prompt: Prompt, case: Case) -> list[Case]:
    shared: dict[str, Json] = {}
    for name in case.fixtures:
        shared |= read_fixture(*_read(catalog, prompt, case, name))
    whole = case._replace(variables={**shared, **case.variables})
    if case.table is None:
        return [whole]
    rows = read_table(*_read(catalog, prompt, case, case.table), prompt)
    return [
        whole._replace(name=f"{case.name}[{row.name}]", variables={**whole.variables, **row.values}) for row in rows
    ]


def _read(catalog: Catalog, prompt: Prompt, case: Case, name: str) -> tuple[str, bytes]:
    path = f"{RESERVED_FOLDER}/{name}"
    data = catalog.tree.read(path)
    if data is None:
        there = [found for found in catalog.tree.list_paths() if found.startswith(f"{RESERVED_FOLDER}/")]
        hint = f"Files for test cases: {list_names(there)}."
        place = Place(catalog.path_of(prompt.slug), case.span.line, case.span.column)
        raise FixtureError(f"{path} does not exist", hint=hint, place=place)
    if len(data) > LARGEST_FILE_BYTES:
        shown = Place(catalog.path_of_partial(path))
        raise FixtureError(f"the file is longer than {LARGEST_FILE_BYTES >> 10} KiB", hint="Split it.", place=shown)
    return catalog.path_of_partial(path), data
