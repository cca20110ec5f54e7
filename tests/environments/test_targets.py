"""Targets: the prompts of a promotion, and the version of each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from basalt_cli.environments.request import Request
from basalt_cli.environments.targets import find_edited, find_source, find_targets, find_working_tree
from basalt_cli.errors import BasaltError, NotFoundError, UsageError
from basalt_cli.model.config import Environment
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.workspace.project import open_project

from tests.cli.checking import Basalt, OpenAt
from tests.support import PROMPT, Repo

STAGING, PRODUCTION = Environment("staging"), Environment("production", "staging")


@pytest.fixture
def state(repo: Repo, basalt: Basalt) -> Iterator[TrunkState]:
    """Two prompts; the first version of ``greeting`` runs in staging, and a second is on the trunk."""
    basalt("promote", "greeting", "--to", "staging")
    repo.commit("Two", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi"), "prompts/other.yaml": PROMPT})
    project = open_project(repo.path)
    yield TrunkState(project)
    project.close()


def found(state: TrunkState, request: Request, environment: Environment) -> dict[str, str | None]:
    return {slug: version.id for slug, version in find_targets(state, request, environment).items()}


def test_the_source_of_the_versions() -> None:
    assert find_source(Request(("a",), "staging"), STAGING) is None
    assert find_source(Request(("a",), "production"), PRODUCTION) == "staging"
    assert find_source(Request(("a",), "production", selector="latest"), PRODUCTION) is None
    assert find_source(Request(("a",), "staging", source="canary"), STAGING) == "canary"


def test_the_newest_versions_of_the_trunk(state: TrunkState, repo: Repo) -> None:
    head = repo.head
    assert found(state, Request((), "staging", everything=True), STAGING) == {"greeting": head, "other": head}
    assert found(state, Request(("o*",), "staging"), STAGING) == {"other": head}


def test_what_the_source_environment_runs(state: TrunkState, repo: Repo) -> None:
    first = repo.git("rev-list", "--max-parents=0", "HEAD")
    assert found(state, Request((), "production", everything=True), PRODUCTION) == {"greeting": first}
    with pytest.raises(NotFoundError) as raised:
        find_targets(state, Request(("other",), "production"), PRODUCTION)
    assert raised.value.message == "other is not deployed to staging, which production takes its versions from"
    expected = "In staging: greeting. Promote it there first: basalt promote other --to staging; or name a version: --version latest."
    assert raised.value.hint == expected


def test_a_selector_for_each_prompt(state: TrunkState, repo: Repo) -> None:
    first = repo.git("rev-list", "--max-parents=0", "HEAD")
    assert found(state, Request(("greeting",), "staging", selector="~1"), STAGING) == {"greeting": first}
    assert found(state, Request(("greeting",), "staging", selector="HEAD~2"), STAGING) == {"greeting": first}
    with pytest.raises(NotFoundError, match="there is no prompt 'other' at HEAD~2"):
        find_targets(state, Request(("greeting", "other"), "staging", selector="HEAD~2"), STAGING)


def test_a_prompt_of_the_working_tree_alone(state: TrunkState, repo: Repo) -> None:
    repo.write("prompts/draft.yaml", PROMPT)
    with pytest.raises(BasaltError) as raised:
        find_targets(state, Request(("draft",), "staging"), STAGING)
    assert raised.value.message == "draft is not committed on main, so it has no version there"
    assert raised.value.hint == "Commit prompts/draft.yaml and merge it into main first."


def test_an_environment_is_not_its_own_source(state: TrunkState) -> None:
    with pytest.raises(UsageError, match="staging cannot be promoted from itself"):
        find_targets(state, Request(("greeting",), "staging", source="staging"), STAGING)


def test_a_roll_out_under_way_is_no_source(state: TrunkState, repo: Repo, basalt: Basalt, open_at: OpenAt) -> None:
    basalt("promote", "greeting", "--to", "staging", "--percent", "25")
    first, head = repo.git("rev-list", "--max-parents=0", "HEAD"), repo.git("rev-parse", "HEAD~1")
    with pytest.raises(BasaltError) as raised:
        find_targets(TrunkState(open_at(repo.path)), Request(("greeting",), "production"), PRODUCTION)
    assert raised.value.message == f"staging rolls greeting out: 25 % run {head[:9]}, the rest {first[:9]}"


def test_a_pointer_with_a_wrong_digest_is_no_source(state: TrunkState, repo: Repo, open_at: OpenAt) -> None:
    text = repo.read("deployments.yaml")
    digest = text[text.index("sha256:") :].split()[0]
    repo.commit("By hand", {"deployments.yaml": text.replace(digest, "sha256:" + "0" * 64)})
    with pytest.raises(BasaltError, match="the digest of greeting in staging differs from that of its version"):
        find_targets(TrunkState(open_at(repo.path)), Request(("greeting",), "production"), PRODUCTION)


def test_edited_prompts(state: TrunkState, repo: Repo, open_at: OpenAt) -> None:
    assert find_edited(state, ["greeting", "other"]) == []
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Hi").replace("\n", "\r\n"))
    assert find_edited(TrunkState(open_at(repo.path)), ["greeting", "other"]) == []
    repo.write("prompts/greeting.yaml", PROMPT)
    (repo.path / "prompts/other.yaml").unlink()
    assert find_edited(TrunkState(open_at(repo.path)), ["greeting", "other"]) == ["greeting"]


def test_without_a_prompts_folder_there_is_no_working_tree(state: TrunkState, repo: Repo) -> None:
    assert find_working_tree(state.project) is not None
    (repo.path / "prompts").rename(repo.path / "elsewhere")
    assert find_working_tree(state.project) is None
    assert find_edited(state, ["greeting"]) == []
