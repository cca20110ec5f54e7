"""Rollbacks: what ran before, and what was rolled back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from basalt_cli.environments.rollback import NOTHING, RollbackRequest, find_before, find_rolled_back, plan_rollback
from basalt_cli.errors import BasaltError, NotFoundError, RefusedError, UsageError
from basalt_cli.model.pointer import Event, Pointer, Pointers, Share
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.workspace.project import open_project

from tests.cli.checking import Basalt
from tests.support import PROMPT, Repo

A, B, C = (Pointer(letter * 40, f"sha256:{letter}") for letter in "abc")
PART = A._replace(rollout=(Share(B.version, B.digest, 10),))


def event(
    action: str, old: Pointer | None, new: Pointer | None, slug: str = "x", environment: str = "staging"
) -> Event:
    return Event(slug, environment, action, old, new, 0, "Ada", "source")


def newest_first(*events: Event) -> list[Event]:
    return list(reversed(events))


class Recorded:
    """A reader of given events, newest first."""

    def __init__(self, *events: Event) -> None:
        self._events = newest_first(*events)

    def read(self) -> Pointers:
        return {}

    def list_events(self) -> Iterator[Event]:
        yield from self._events


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], None),
        ([event("promote", None, A)], None),
        ([event("promote", None, A), event("promote", A, B)], A),
        ([event("promote", None, A), event("rollout", A, PART), event("promote", PART, B)], A),
        # Two rollbacks in a row go back by two.
        ([event("promote", None, A), event("promote", A, B), event("promote", B, C), event("rollback", C, B)], A),
        # What was promoted again after a rollback counts anew.
        ([event("promote", None, A), event("promote", A, B), event("rollback", B, A), event("promote", A, C)], A),
        # A removed pointer starts anew.
        ([event("promote", None, A), event("remove", A, None), event("promote", None, B)], None),
        # A repair moves to another commit with the same digest, and is not a step.
        ([event("promote", None, A), event("repair", A, A._replace(version="d" * 40)), event("promote", A, B)], A._replace(version="d" * 40)),
    ],
)  # fmt: skip
def test_the_pointer_before(events: list[Event], expected: Pointer | None) -> None:
    assert find_before(newest_first(*events)) == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([event("promote", None, A), event("promote", A, B)], {}),
        ([event("promote", A, B), event("rollback", B, A)], {"x": {"sha256:b"}}),
        ([event("rollback", C, B), event("rollback", B, A)], {"x": {"sha256:c", "sha256:b"}}),
        ([event("rollback", B, A), event("promote", A, C)], {}),
        ([event("rollback", B, A), event("repair", A, A), event("migrate", A, A)], {"x": {"sha256:b"}}),
        ([event("rollback", PART, A)], {"x": {"sha256:b"}}),
        ([event("promote", None, A), event("remove", A, None)], {"x": {NOTHING}}),
        ([event("rollback", B, A, environment="production")], {}),
        ([event("rollback", B, A, slug="y")], {}),
    ],
)
def test_what_was_rolled_back(events: list[Event], expected: dict[str, set[str]]) -> None:
    assert find_rolled_back(Recorded(*events), "staging", ["x"]) == expected


@pytest.fixture
def state(repo: Repo, basalt: Basalt) -> Iterator[TrunkState]:
    """``greeting`` in staging: the first version, then the second."""
    basalt("promote", "greeting", "--to", "staging")
    repo.commit("Two", {"prompts/greeting.yaml": PROMPT.replace("name", "who")})
    basalt("promote", "greeting", "--to", "staging")
    project = open_project(repo.path)
    yield TrunkState(project)
    project.close()


def test_a_plan_goes_back_with_its_changes_and_no_gates(state: TrunkState, repo: Repo) -> None:
    plan = plan_rollback(state, RollbackRequest(("greeting",), "staging", reason="too long"))
    (move,) = plan.moves
    first = repo.git("rev-list", "--max-parents=0", "HEAD")
    assert (plan.action, plan.reason, plan.current, plan.is_refused) == ("rollback", "too long", (), False)
    assert move.new is not None
    assert (move.slug, move.environment, move.new.version, move.gates) == ("greeting", "staging", first, ())
    assert move.version is not None
    assert move.version.id == first
    assert {change.risk.label for change in move.changes} >= {"breaking"}
    assert move.risk is not None
    assert move.risk.label == "breaking"


def test_nothing_removes_the_pointer(state: TrunkState) -> None:
    plan = plan_rollback(state, RollbackRequest(("*",), "staging", NOTHING))
    assert (plan.action, [(move.new, move.version) for move in plan.moves]) == ("remove", [(None, None)])


def test_to_what_runs_already_is_current(state: TrunkState, repo: Repo) -> None:
    plan = plan_rollback(state, RollbackRequest(("greeting",), "staging", "HEAD"))
    assert (plan.moves, plan.current) == ((), ("greeting",))


@pytest.mark.parametrize(
    ("request_", "error", "message"),
    [
        (RollbackRequest(("greeting@latest",), "staging"), UsageError, "'greeting@latest' names a version behind the slug"),
        (RollbackRequest(("gone",), "staging"), NotFoundError, "gone is not deployed to staging"),
        (RollbackRequest(("greeting",), "production"), NotFoundError, "greeting is not deployed to production"),
        (RollbackRequest(("greeting",), "stagin"), NotFoundError, "there is no environment 'stagin' on main"),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be(
    state: TrunkState, request_: RollbackRequest, error: type[BasaltError], message: str
) -> None:
    with pytest.raises(error) as raised:
        plan_rollback(state, request_)
    assert raised.value.message == message


def test_a_version_that_never_ran_must_be_promoted(state: TrunkState, repo: Repo) -> None:
    third = repo.commit("Three", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hey")})
    with pytest.raises(RefusedError) as raised:
        plan_rollback(state, RollbackRequest(("greeting",), "staging", third))
    assert raised.value.message == f"{third[:9]} of greeting never ran in staging, so it is no rollback"
    assert raised.value.hint == f"Promote it: basalt promote greeting --to staging --version {third[:9]}"


def test_the_first_version_has_nothing_before_it(repo: Repo, basalt: Basalt) -> None:
    basalt("promote", "greeting", "--to", "staging")
    project = open_project(repo.path)
    first = repo.git("rev-list", "--max-parents=0", "HEAD")
    with pytest.raises(BasaltError) as raised:
        plan_rollback(TrunkState(project), RollbackRequest(("greeting",), "staging"))
    assert raised.value.message == f"nothing ran before {first[:9]} of greeting in staging"
    assert raised.value.hint == "Name a version with --to; --to nothing removes the pointer."
    project.close()
