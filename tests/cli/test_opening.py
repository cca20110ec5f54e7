"""The project that a command opens."""

from __future__ import annotations

import pytest
from basalt_cli.cli.opening import opened_project
from basalt_cli.errors import BasaltError
from basalt_cli.workspace.project import Project

from tests.support import Repo


def test_the_project_around_the_working_directory_is_opened(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path / "prompts")
    with opened_project() as project:
        assert project.root == repo.path
        assert project.config.environment_names == ("staging", "production")


def test_the_project_is_closed_after_an_error(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Project] = []
    close = Project.close

    def record(project: Project) -> None:
        closed.append(project)
        close(project)

    monkeypatch.setattr(Project, "close", record)
    with pytest.raises(BasaltError, match="inside"):
        fail_inside(closed)
    assert [project.root for project in closed] == [repo.path]


def fail_inside(closed: list[Project]) -> None:
    """Raise an error while a project is open; ``closed`` are the projects that were closed."""
    with opened_project():
        assert not closed
        message = "inside"
        raise BasaltError(message)
