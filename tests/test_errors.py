from __future__ import annotations

import pytest
from basalt_cli.errors import (
    BasaltError,
    GitError,
    LeftBehindError,
    LimitExceededError,
    LostRaceError,
    NotFoundError,
    Place,
    RefusedError,
    UsageError,
)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (RefusedError, 1),
        (UsageError, 2),
        (BasaltError, 3),
        (NotFoundError, 3),
        (LimitExceededError, 3),
        (LeftBehindError, 3),
        (GitError, 3),
        (LostRaceError, 4),
    ],
)
def test_every_error_has_an_exit_code_and_a_name(kind: type[BasaltError], code: int) -> None:
    error = kind("message", hint="hint", place=Place("a.yaml", 2))
    assert (error.exit_code, error.kind) == (code, kind.__name__)
    assert (error.message, error.hint, str(error)) == ("message", "hint", "message")
    assert error.place == Place("a.yaml", 2)


def test_a_place_is_as_exact_as_it_is_known() -> None:
    assert str(Place("a.yaml")) == "a.yaml"
    assert str(Place("a.yaml", 3)) == "a.yaml:3"
    assert str(Place("a.yaml", 3, 7)) == "a.yaml:3:7"
