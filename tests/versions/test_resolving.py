"""What references resolve to, now and at an earlier time."""

from __future__ import annotations

import pytest
from basalt_cli.errors import NotFoundError, UsageError
from basalt_cli.versions.resolving import resolve
from basalt_cli.workspace.project import Project, open_project

from tests.cli.checking import Basalt
from tests.support import PROMPT, Repo

DAY = 86_400


def at(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, f"{seconds} +0000")


def test_the_working_tree_has_the_version_of_head_where_it_is_equal(project: Project, repo: Repo) -> None:
    assert resolve(project, "greeting").version is not None
    repo.write("prompts/greeting.yaml", PROMPT.replace("Hello", "Hi"))
    edited = open_project(repo.path)
    found = resolve(edited, "greeting")
    assert (found.version, found.release, found.environments) == (None, None, ())
    edited.close()


def test_release_and_environments_of_a_digest(repo: Repo, basalt: Basalt) -> None:
    basalt("promote", "greeting", "--to", "staging")
    basalt("promote", "greeting", "--to", "production")
    basalt("release", "greeting")
    basalt("release", "greeting", "--version", "1.2.0", code=1)
    project = open_project(repo.path)
    found = resolve(project, "greeting@latest")
    assert (found.release, found.environments) == ("v1.0.0", ("production", "staging"))
    assert found.version is not None
    assert found.version.id == repo.git("rev-list", "--max-parents=0", "HEAD")
    project.close()


def test_an_earlier_time(repo: Repo, basalt: Basalt, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2_000_000_000)
    basalt("promote", "greeting", "--to", "staging")
    at(monkeypatch, 2_000_000_000 + DAY)
    second = repo.commit("Two", {"prompts/greeting.yaml": PROMPT.replace("Hello", "Hi")})
    basalt("promote", "greeting", "--to", "staging")
    project = open_project(repo.path)
    now, then = resolve(project, "greeting@staging"), resolve(project, "greeting@staging", 2_000_000_000 + 60)
    assert now.version is not None
    assert now.version.id == second
    assert b"Hello" in then.closure.source
    newest = resolve(project, "greeting@latest", 2_000_000_000 + 60)
    assert newest.closure.digest == then.closure.digest
    with pytest.raises(NotFoundError, match="main has no commit of that time or earlier"):
        resolve(project, "greeting@latest", 1000)
    project.close()


@pytest.mark.parametrize("text", ["greeting", "greeting@HEAD", "greeting@1.0.0"])
def test_a_time_needs_a_selector_that_moves(project: Project, text: str) -> None:
    with pytest.raises(UsageError) as raised:
        resolve(project, text, 2_000_000_000)
    selector = text.partition("@")[2] or "the working tree"
    assert raised.value.message == f"--as-of needs a selector that moves, not {selector!r}"
