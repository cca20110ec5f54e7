"""The versions that a selector of a prompt means to an application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from basalt_cli.delivery.fetching import fetch
from basalt_cli.errors import NotFoundError
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.workspace.project import Project, open_project

from tests.client.shop import run
from tests.support import Repo


@pytest.fixture
def project(shop: Repo) -> Iterator[Project]:
    opened = open_project(shop.path)
    yield opened
    opened.close()


def ask(project: Project, slug: str, selector: str) -> tuple[list[bytes], tuple[int, ...], str | None, bool]:
    """Return the last lines of the files, the percentages, the environment, and whether the answer is immutable."""
    answer = fetch(TrunkState(project), slug, selector)
    lines = [content.closure.source.splitlines()[-1].strip() for content in answer.contents]
    return lines, answer.percents, answer.environment, answer.is_immutable


TAGS = "Tags are latest and the environments (staging, production); versions are releases and commits."
HELLO = b"- {role: user, content: 'Hello {{ name }}'}"
HI = b"- {role: user, content: 'Hi {{ name }}'}"


def test_an_environment_means_its_pointer(project: Project) -> None:
    assert ask(project, "greeting", "production") == ([HELLO], (), "production", False)
    assert ask(project, "greeting", "staging") == ([HI], (), "staging", False)


def test_a_roll_out_means_the_current_version_and_its_shares(project: Project, shop: Repo) -> None:
    run(shop, "promote", "greeting", "--to", "production", "--from", "staging", "--percent", "20", "--yes")
    assert ask(project, "greeting", "production") == ([HELLO, HI], (20,), "production", False)


def test_releases_and_full_commits_are_immutable_and_other_selectors_are_not(project: Project, shop: Repo) -> None:
    commit = shop.git("rev-list", "--max-parents=0", "HEAD")
    for selector in ("1.0.0", "v1.0.0", commit):
        assert ask(project, "greeting", selector) == ([HELLO], (), None, True)
    for selector in ("latest", "HEAD", "main", shop.head[:12]):
        assert ask(project, "greeting", selector) == ([HI], (), None, False)
    assert ask(project, "greeting", "~1") == ([HELLO], (), None, False)


def test_a_moving_selector_is_reported_by_the_commit_of_its_version(project: Project, shop: Repo) -> None:
    shop.commit("Change something else", {"README.md": "x"})
    answer = fetch(TrunkState(project), "greeting", "latest")
    assert answer.current.version == shop.git("log", "-1", "--format=%H", "--", "prompts/greeting.yaml")


@pytest.mark.parametrize(
    ("slug", "selector", "message", "hint"),
    [
        (
            "greting",
            "production",
            "greting is not deployed to production",
            "Did you mean 'greeting'? Prompts in production: greeting, plain, support/reply.",
        ),
        (
            "greeting",
            "prod",
            "there is no tag or version 'prod'",
            TAGS,
        ),
        (
            "greeting",
            "lates",
            "there is no tag or version 'lates'",
            f"Did you mean 'latest'? {TAGS}",
        ),
    ],
)
def test_an_error_lists_what_exists(project: Project, slug: str, selector: str, message: str, hint: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        ask(project, slug, selector)
    assert (caught.value.message, caught.value.hint) == (message, hint)
