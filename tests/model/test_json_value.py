from __future__ import annotations

import pytest
from basalt_cli.model.json_value import Json, is_same, type_name


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "a boolean"),
        (0, "an integer"),
        (1.5, "a number"),
        ("", "a string"),
        ([], "a list"),
        ({}, "a mapping"),
    ],
)
def test_types_have_names(value: Json, expected: str) -> None:
    assert type_name(value) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (1, 1, True),
        (1, 1.0, False),
        (1, True, False),
        (True, True, True),
        ("a", "a", True),
        ("a", "b", False),
        (None, None, True),
        (None, False, False),
        ([1, [2]], [1, [2]], True),
        ([1], [1, 2], False),
        ([1], [True], False),
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 1.0}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"b": 1}, False),
        ({}, [], False),
        ([], "", False),
    ],
)
def test_which_values_are_the_same(left: Json, right: Json, expected: bool) -> None:
    assert is_same(left, right) is expected
    assert is_same(right, left) is expected
