"""Check values against schemas that others wrote: in this process if that is surely fast, else under limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from basalt_cli.errors import LimitExceededError
from basalt_cli.format.schema.value_check import find_value_problem, is_simple
from basalt_cli.model.json_value import Json
from basalt_cli.sandbox.bounded import run_bounded

_MOST_TIMEOUTS = 2


class BoundedValueChecker:
    """Checks the values of one file; after two schemas that exceed the limits it checks no more slow ones."""

    def __init__(self) -> None:
        self._timeouts = 0

    def find_problem(self, schema: dict[str, Json], value: Json) -> str | None:
        """Return why a value does not match its schema, or was not checked, as a clause that follows its name."""
        if is_simple(schema):
            return find_value_problem(schema, value)
        if self._timeouts >= _MOST_TIMEOUTS:
            return " was not checked: too many schemas of this file take too long"
        try:
            problem = run_bounded(check_values, None, {"schema": schema, "value": value})["problem"]
        except LimitExceededError:
            self._timeouts += 1
            return " cannot be checked within the limits: a pattern or $ref of its schema takes too long"
        return None if problem is None else str(problem)


def check_values(_shared: None, items: Sequence[dict[str, Any]]) -> Iterator[dict[str, Json]]:
    """Yield the ``problem`` of each ``value`` with its ``schema``; runs in the bounded process."""
    for item in items:
        yield {"problem": find_value_problem(item["schema"], item["value"])}
