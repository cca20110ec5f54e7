"""Check a value against a schema of a stranger: inline where that is surely quick, else under limits."""

from __future__ import annotations

from typing import Any

from basalt_cli.adapters.bounded import run_bounded
from basalt_cli.errors import LimitExceededError
from basalt_cli.model.json_value import Json
from basalt_cli.pure.value_check import find_value_problem, is_simple


def find_value_problem_bounded(schema: dict[str, Json], value: Json) -> str | None:
    """Say why a value does not fit; a check that takes too long is a reason as well."""
    if is_simple(schema):
        return find_value_problem(schema, value)
    try:
        answer = run_bounded(check_value, {"schema": schema, "value": value})
    except LimitExceededError:
        return " cannot be checked within the limits: a pattern or $ref of its schema takes too long"
    problem = answer["problem"]
    return None if problem is None else str(problem)


def check_value(request: dict[str, Any]) -> dict[str, Json]:
    """Serve one check in the bounded process."""
    return {"problem": find_value_problem(request["schema"], request["value"])}
