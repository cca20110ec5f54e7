"""Check values against the schemas of a stranger: inline where that is surely quick, else under limits."""

from __future__ import annotations

from typing import Any

from basalt_cli.errors import LimitExceededError
from basalt_cli.format.schema.value_check import find_value_problem, is_simple
from basalt_cli.model.json_value import Json
from basalt_cli.sandbox.bounded import run_bounded

_MOST_TIMEOUTS = 2


class BoundedValueChecker:
    """Check the values of one file, and give up on slow schemas after a few that took all the time they had."""

    def __init__(self) -> None:
        self._timeouts = 0

    def find_problem(self, schema: dict[str, Json], value: Json) -> str | None:
        """Say why a value does not fit, as a clause behind its name; too slow a check is a reason as well."""
        if is_simple(schema):
            return find_value_problem(schema, value)
        if self._timeouts >= _MOST_TIMEOUTS:
            return " was not checked: too many schemas of this file take too long"
        try:
            answer = run_bounded(check_value, {"schema": schema, "value": value})
        except LimitExceededError:
            self._timeouts += 1
            return " cannot be checked within the limits: a pattern or $ref of its schema takes too long"
        problem = answer["problem"]
        return None if problem is None else str(problem)


def check_value(request: dict[str, Any]) -> dict[str, Json]:
    """Serve one check in the bounded process."""
    return {"problem": find_value_problem(request["schema"], request["value"])}
