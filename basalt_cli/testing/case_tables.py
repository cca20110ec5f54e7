"""Files with values for test cases: fixtures, which cases share, and tables, where each row is a case."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.errors import BasaltError, Place
from basalt_cli.format.yaml.decoding import Decoder, to_json
from basalt_cli.format.yaml.json_reader import parse_json
from basalt_cli.format.yaml.problems import raise_problems
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, Variable

# The column with the name of the row's case; it is not a variable.
NAME_COLUMN = "case"
_MOST_ROWS = 1000


class FixtureError(BasaltError):
    """A fixture or table is missing or malformed."""


class Row(NamedTuple):
    """A row of a table: the name of its case, the row's number if it has none, and its values."""

    name: str
    values: dict[str, Json]


def read_fixture(path: str, data: bytes) -> dict[str, Json]:
    """Return the values of a fixture, a YAML or JSON mapping; raise FixtureError with the place of the problem."""
    document = read_yaml(data)
    decoder = Decoder(document.problems)
    values = {name.text: to_json(value) for name, value in decoder.entries(document.root, "the fixture")}
    raise_problems(path, decoder.problems, FixtureError)
    return values


def read_table(path: str, data: bytes, prompt: Prompt) -> tuple[Row, ...]:
    """Return the rows of a CSV or JSON Lines file, whose columns are variables; at least one, at most 1,000.

    Raises FixtureError with the place of the problem.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FixtureError("the table is not UTF-8", hint="Save it as UTF-8.", place=Place(path)) from None
    rows = tuple(_read_csv(path, text, prompt) if path.endswith(".csv") else _read_lines(path, text))
    if len(rows) > _MOST_ROWS:
        message = f"the table has {len(rows):,} rows; the limit is {_MOST_ROWS:,}"
        raise FixtureError(message, hint="Split the table.", place=Place(path))
    if not rows:
        raise FixtureError("the table has no rows, so it tests nothing", hint="Add a row.", place=Place(path))
    return rows


def _read_csv(path: str, text: str, prompt: Prompt) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        twice = next((name for name in header if header.count(name) > 1), None)
        if twice is not None:
            message = f"two columns are called {twice!r}" if twice else "two columns have no name"
            raise FixtureError(message, hint="Give each column its own name.", place=Place(path, 1))
        for number, cells in enumerate(filter(None, reader), 1):
            if len(cells) != len(header):
                message = f"the row has {len(cells)} cells, but the header has {len(header)}"
                raise FixtureError(message, hint="Quote cells that hold commas.", place=Place(path, reader.line_num))
            given = dict(zip(header, cells, strict=True))
            name = given.pop(NAME_COLUMN, "") or str(number)
            values = dict(_read_cells(given, prompt, Place(path, reader.line_num)))
            yield Row(name, values)
    except csv.Error as error:
        hint = "Check the quotes of that row."
        raise FixtureError(f"the table is not CSV: {error}", hint=hint, place=Place(path, reader.line_num)) from None


def _read_cells(given: dict[str, str], prompt: Prompt, place: Place) -> Iterator[tuple[str, Json]]:
    """Yield the values of a row: text for string variables and unknown ones, else JSON; none for an empty cell.

    An empty cell of a required string variable is the empty text.
    """
    for name, cell in given.items():
        variable = prompt.find_variable(name)
        if cell == "" and (variable is None or not _takes_text(variable) or not variable.required):
            continue
        if variable is None or _takes_text(variable):
            yield name, cell
            continue
        try:
            yield name, parse_json(cell, place.path)
        except BasaltError:
            hint = f"Write {variable.type} values as JSON."
            raise FixtureError(f"{name} is not JSON: {cell[:60]!r}", hint=hint, place=place) from None


def _takes_text(variable: Variable) -> bool:
    return variable.type == "string"


def _read_lines(path: str, text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values = parse_json(line, path)
        except BasaltError as error:
            column = error.place.column if error.place is not None else None
            raise FixtureError(error.message, hint=error.hint, place=Place(path, number, column)) from None
        if not isinstance(values, dict):
            hint = "Write a mapping of variables to values on each line."
            raise FixtureError("the line is not a mapping", hint=hint, place=Place(path, number))
        name = values.pop(NAME_COLUMN, None)
        yield Row(str(name) if name is not None else str(number), values)
