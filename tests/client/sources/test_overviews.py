"""Overviews of the prompts of a repository."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from basalt_cli.client.sources.overviews import describe, list_prompts
from basalt_cli.errors import NotFoundError
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.workspace.project import Project, open_project

from tests.client.shop import GREETING, run
from tests.support import Repo


@pytest.fixture
def project(shop: Repo) -> Iterator[Project]:
    opened = open_project(shop.path)
    yield opened
    opened.close()


def test_prompts_are_listed_with_releases_and_running_versions(project: Project) -> None:
    found = list_prompts(TrunkState(project))
    assert [overview.slug for overview in found] == ["greeting", "plain", "support/reply"]
    greeting, plain, _ = found
    assert greeting.prompt is not None
    assert greeting.prompt.name == "Greeting"
    assert set(greeting.tags) == {"production", "staging"}
    # The release first, then the version in staging, which is no release.
    assert greeting.versions[0] == "1.0.0"
    assert [len(version) for version in greeting.versions] == [5, 40]
    assert [len(version) for version in plain.versions] == [40]


def test_releases_are_listed_newest_first_by_number(shop: Repo) -> None:
    for number in range(10):
        shop.commit("Edit", {"prompts/greeting.yaml": GREETING.replace("Hello", f"Hello {number}")})
        run(shop, "release", "greeting")
    project = open_project(shop.path)
    greeting = list_prompts(TrunkState(project))[0]
    numbers = [tuple(map(int, version.split("."))) for version in greeting.versions if "." in version]
    project.close()
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 11


def test_a_prompt_that_was_deleted_and_still_runs_is_listed(shop: Repo) -> None:
    shop.git("rm", "--quiet", "prompts/plain.yaml")
    shop.commit("Delete plain")
    project = open_project(shop.path)
    plain = next(found for found in list_prompts(TrunkState(project)) if found.slug == "plain")
    project.close()
    assert plain.prompt is None
    assert set(plain.tags) == {"production", "staging"}


def test_a_prompt_is_described_with_all_its_versions_newest_first(project: Project, shop: Repo) -> None:
    state = TrunkState(project)
    newest = describe(state, "greeting", None)
    assert newest.prompt is not None
    assert [variable.name for variable in newest.prompt.variables] == ["name", "tone", "history"]
    assert len(newest.versions[0]) == 40
    assert newest.versions[1:] == ("1.0.0",)
    deployed = describe(state, "greeting", "production")
    assert deployed.prompt is not None
    assert "Hello" in deployed.prompt.templates[-1].text
    with pytest.raises(NotFoundError, match="there is no prompt 'absent'"):
        describe(state, "absent", None)
