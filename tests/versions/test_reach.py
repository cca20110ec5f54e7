"""The prompts and environments that a change of a partial reaches."""

from __future__ import annotations

import pytest
from basalt_cli.errors import NotFoundError
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.versions.reach import Reach, find_partial, find_reach
from basalt_cli.workspace.project import Project, open_project

from tests.cli.checking import Basalt
from tests.support import PROMPT, Repo


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("partials/voice.md", "partials/voice.md"),
        ("./prompts/partials/voice.md", "partials/voice.md"),
        ("prompts/x.txt", "x.txt"),
        ("greeting", None),
        ("prompts/greeting.yaml", None),
        ("../secret.md", None),
        ("voice.md@latest", None),
        ("", None),
    ],
)
def test_a_partial_is_named_by_its_path(project: Project, text: str, path: str | None) -> None:
    assert find_partial(project, (text,)) == path


def test_no_reference_names_no_partial(project: Project) -> None:
    assert find_partial(project, ()) is None


def test_environments_in_promotion_order(repo: Repo, basalt: Basalt) -> None:
    repo.commit("Other", {"prompts/other.yaml": PROMPT})
    basalt("promote", "--all", "--to", "staging")
    basalt("promote", "greeting", "--to", "production")
    project = open_project(repo.path)
    assert find_reach(TrunkState(project), "a.md", ["greeting", "other"]) == Reach(
        "a.md",
        ("greeting", "other"),
        (("staging", ("greeting", "other")), ("production", ("greeting",))),
    )
    with pytest.raises(NotFoundError, match=r"no prompt includes 'a\.md'"):
        find_reach(TrunkState(project), "a.md", [])
    project.close()


def test_without_a_trunk_nothing_is_deployed(repo: Repo) -> None:
    repo.git("branch", "-m", "main", "other")
    project = open_project(repo.path)
    assert find_reach(TrunkState(project), "a.md", ["greeting"]) == Reach("a.md", ("greeting",), ())
    project.close()
