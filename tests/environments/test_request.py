"""Promotions as asked for: contradictions, and reasons that are missing."""

from __future__ import annotations

import pytest
from basalt_cli.environments.request import Request, require_sensible
from basalt_cli.errors import UsageError


@pytest.mark.parametrize(
    ("request_", "message", "hint"),
    [
        (Request(("a@1.0.0",), "staging"), "'a@1.0.0' names a version behind the slug", "Write basalt promote a --to staging --version '1.0.0'."),
        (Request(("a@",), "staging"), "'a@' names a version behind the slug", "Write basalt promote a --to staging --version 'latest'."),
        (Request((), "staging"), "name prompts, or give --all", "As in basalt promote support/reply --to staging."),
        (Request(("a",), "staging", everything=True), "name prompts, or give --all", "As in basalt promote support/reply --to staging."),
        (Request(("a",), "staging", source=""), "--from names no environment", "Leave it out, or name one."),
        (Request(("a",), "staging", source="x", selector="y"), "--from and --version exclude each other", "Give one of them."),
        (Request(("a",), "staging", is_forced=True), "--force needs a reason, which is recorded", "Add --reason TEXT."),
        (Request(("a",), "staging", is_forced=True, reason=" "), "--force needs a reason, which is recorded", "Add --reason TEXT."),
        (Request(("a",), "staging", allowed_breaking=" "), "--allow-breaking needs a reason, which is recorded", "As in --allow-breaking 'agreed'."),
        (Request(("a",), "staging", percent=0), "--percent goes from 1 to 100", "100 completes a roll-out; basalt rollback ends it."),
        (Request(("a",), "staging", percent=101), "--percent goes from 1 to 100", "100 completes a roll-out; basalt rollback ends it."),
    ],
)  # fmt: skip
def test_a_request_that_contradicts_itself(request_: Request, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        require_sensible(request_)
    assert (raised.value.message, raised.value.hint) == (message, hint)


def test_requests_that_are_fine() -> None:
    for request in (
        Request(("a",), "staging"),
        Request((), "staging", everything=True),
        Request(("a",), "staging", is_forced=True, reason="outage"),
        Request(("a",), "staging", percent=1),
        Request(("a",), "staging", percent=100),
    ):
        require_sensible(request)


def test_only_a_part_of_the_callers() -> None:
    parts = [Request(("a",), "staging", percent=percent).is_partial for percent in (None, 1, 99, 100)]
    assert parts == [False, True, True, False]
