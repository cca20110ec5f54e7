"""Pointer events, filtered."""

from __future__ import annotations

import pytest
from basalt_cli.environments.events import EventFilter, read_events
from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.pointers.trunk_state import TrunkState

from tests.cli.checking import Basalt, OpenAt
from tests.support import PROMPT, Repo


@pytest.fixture
def state(repo: Repo, basalt: Basalt, monkeypatch: pytest.MonkeyPatch, open_at: OpenAt) -> TrunkState:
    """Three events, each a day after the one before: Ada, Bob, then Ada again."""
    repo.commit("Other", {"prompts/support/reply.yaml": PROMPT})
    moves = [("Ada", "greeting", "staging"), ("Bob", "support/reply", "staging"), ("Ada", "greeting", "production")]
    for number, (author, slug, environment) in enumerate(moves):
        monkeypatch.setenv("GIT_AUTHOR_NAME", author)
        for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
            monkeypatch.setenv(name, f"{2_000_000_000 + number * 86_400} +0000")
        basalt("promote", slug, "--to", environment)
    return TrunkState(open_at(repo.path))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (EventFilter(), ["greeting production", "support/reply staging", "greeting staging"]),
        (EventFilter(("support/*",)), ["support/reply staging"]),
        (EventFilter(("prompts/greeting.yaml",)), ["greeting production", "greeting staging"]),
        (EventFilter(environments=("staging",)), ["support/reply staging", "greeting staging"]),
        (EventFilter(author="bo"), ["support/reply staging"]),
        (EventFilter(since=2_000_086_400), ["greeting production", "support/reply staging"]),
        (EventFilter(until=2_000_086_400), ["support/reply staging", "greeting staging"]),
        (EventFilter(since=2_000_000_001, until=2_000_086_399), []),
    ],
)
def test_a_filter_selects(state: TrunkState, wanted: EventFilter, expected: list[str]) -> None:
    assert [f"{event.slug} {event.environment}" for event in read_events(state, wanted)] == expected


def test_an_unknown_environment_is_an_error(state: TrunkState) -> None:
    with pytest.raises(NotFoundError, match="there is no environment 'stagin'"):
        read_events(state, EventFilter(environments=("stagin",)))


def test_pointers_that_cannot_be_read_are_an_error_and_no_empty_history(
    state: TrunkState, repo: Repo, open_at: OpenAt
) -> None:
    repo.commit("Damage", {"deployments.yaml": "format: 1\nenvironments: [\n"})
    with pytest.raises(BasaltError, match="did not find expected node content"):
        read_events(TrunkState(open_at(repo.path)), EventFilter())
