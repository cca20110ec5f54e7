"""Open the project that a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from basalt_cli.workspace.project import Project, open_project


@contextmanager
def opened_project() -> Iterator[Project]:
    """Open the project around the working directory, and close it at the end of the block."""
    project = open_project(Path.cwd())
    try:
        yield project
    finally:
        project.close()
