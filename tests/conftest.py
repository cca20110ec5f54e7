from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from basalt_cli.cli.main import main
from basalt_cli.workspace.project import Project, open_project

from tests.support import PROMPT, Repo, clean_home, make_repo


@pytest.fixture(autouse=True)
def _known_environment(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the developer's own git configuration, terminal or CI."""
    environment = clean_home(tmp_path_factory.mktemp("home"))
    for name in (*os.environ, "CI", "GITHUB_ACTIONS", "NO_COLOR", "FORCE_COLOR"):
        if name not in environment or name in ("CI", "GITHUB_ACTIONS", "NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        if name not in ("CI", "GITHUB_ACTIONS", "NO_COLOR", "FORCE_COLOR"):
            monkeypatch.setenv(name, value)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository with the prompt ``greeting``, and the working directory in it."""
    made = make_repo(tmp_path / "repo", {"prompts/greeting.yaml": PROMPT})
    monkeypatch.chdir(made.path)
    return made


@pytest.fixture
def project(repo: Repo) -> Iterator[Project]:
    """The project of ``repo``."""
    opened = open_project(repo.path)
    yield opened
    opened.close()


@pytest.fixture
def open_at() -> Iterator[Callable[[Path], Project]]:
    """Open projects that are closed at the end of the test."""
    opened: list[Project] = []

    def open_one(folder: Path) -> Project:
        opened.append(open_project(folder))
        return opened[-1]

    yield open_one
    for project in opened:
        project.close()


@dataclass(frozen=True)
class Outcome:
    """What one run of the command line did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def basalt(capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run the command line as a user would, through its error boundary."""

    def run(*arguments: str, code: int | None = 0) -> Outcome:
        capfd.readouterr()
        result = main(arguments)
        captured = capfd.readouterr()
        outcome = Outcome(result, captured.out, captured.err)
        assert code is None or result == code, outcome
        return outcome

    return run
