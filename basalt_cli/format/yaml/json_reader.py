"""Read JSON strictly: no duplicate keys, no NaN, and no number or nesting that Python cannot read."""

from __future__ import annotations

import json
from math import isfinite
from typing import NoReturn

from basalt_cli.errors import BasaltError, Place
from basalt_cli.model.json_value import Json


class NotJsonError(BasaltError):
    """A text is not JSON."""


def parse_json(data: bytes | str, where: str) -> Json:
    """Parse a JSON text that ``where`` names in messages.

    Raises NotJsonError for a syntax error, and BasaltError for JSON that readers disagree about.
    """
    try:
        value: Json = json.loads(
            data, object_pairs_hook=_refuse_duplicates, parse_constant=_refuse_constant, parse_float=_parse_float
        )
    except BasaltError as error:
        raise BasaltError(error.message, hint=error.hint, place=Place(where)) from None
    except json.JSONDecodeError as error:
        place = Place(where, error.lineno, error.colno)
        raise NotJsonError(f"not JSON: {error.msg}", hint="Fix the syntax, or write it as YAML.", place=place) from None
    except UnicodeDecodeError:
        raise NotJsonError("not UTF-8", hint="Save it as UTF-8.", place=Place(where)) from None
    except ValueError:
        raise BasaltError("a number has too many digits", hint="Put it in quotes.", place=Place(where)) from None
    except RecursionError:
        raise BasaltError("the JSON is nested too deeply", hint="Use fewer levels.", place=Place(where)) from None
    return value


def _refuse_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise BasaltError(f"duplicate key {twice!r} in a JSON object", hint="Keep one of the two.")
    return found


def _parse_float(text: str) -> float:
    value = float(text)
    return value if isfinite(value) else _refuse_constant(text)


def _refuse_constant(name: str) -> NoReturn:
    raise BasaltError(f"{name} is not a JSON number", hint="Put it in quotes, or remove it.")
