"""Values against schemas that others wrote: the answer, or that there is none within the limits."""

from __future__ import annotations

import time

import pytest
from basalt_cli.format.schema.value_check import find_value_problem
from basalt_cli.model.json_value import Json
from basalt_cli.sandbox.value_limits import BoundedValueChecker

SLOW: dict[str, Json] = {"type": "string", "pattern": "^(a+)+$"}
SLOW_VALUE = "a" * 40 + "!"
TOO_SLOW = " cannot be checked within the limits: a pattern or $ref of its schema takes too long"
GIVEN_UP = " was not checked: too many schemas of this file take too long"


def test_a_simple_schema_needs_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("basalt_cli.sandbox.value_limits.run_bounded", None)
    assert BoundedValueChecker().find_problem({"type": "string"}, "a") is None
    wrong = BoundedValueChecker().find_problem({"type": "string"}, 1)
    assert wrong == find_value_problem({"type": "string"}, 1)
    assert wrong is not None


def test_a_pattern_is_checked_in_a_process_of_its_own() -> None:
    assert BoundedValueChecker().find_problem({"pattern": "^a$"}, "a") is None
    wrong = BoundedValueChecker().find_problem({"pattern": "^a$"}, "b")
    assert wrong == find_value_problem({"pattern": "^a$"}, "b")
    assert wrong is not None


def test_a_pattern_that_backtracks_is_a_problem() -> None:
    assert BoundedValueChecker().find_problem(SLOW, SLOW_VALUE) == TOO_SLOW


def test_after_two_slow_schemas_only_simple_ones_are_checked() -> None:
    checker = BoundedValueChecker()
    started = time.monotonic()
    problems = [checker.find_problem(SLOW, SLOW_VALUE) for _ in range(50)]
    assert time.monotonic() - started < 6
    assert problems == [TOO_SLOW] * 2 + [GIVEN_UP] * 48
    assert checker.find_problem({"pattern": "^a$"}, "a") == GIVEN_UP
    assert checker.find_problem({"type": "string"}, "a") is None
