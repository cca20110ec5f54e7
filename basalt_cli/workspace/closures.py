"""Closures of prompts at any commit, and the entries of version histories."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.version import Version
from basalt_cli.text.slug import is_prompt_path, path_of, slug_of
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project

_CATALOGS_KEPT = 64


class Entry(NamedTuple):
    """A version with its closure, and the closure at its first parent: None where the prompt did not exist there.

    ``previous`` has another path where the prompt was renamed.
    """

    version: Version
    closure: Closure
    previous: Closure | None


class ClosureReader:
    """Reads closures at commits, and keeps the most recent ones."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._catalogs: dict[str, Catalog] = {}

    def find(self, commit: str, slug: str) -> Closure | None:
        """Return the closure of a prompt at a commit; None where the prompt does not exist."""
        if commit not in self._catalogs:
            if len(self._catalogs) >= _CATALOGS_KEPT:
                self._catalogs.pop(next(iter(self._catalogs)))
            self._catalogs[commit] = Catalog(self._project.open_tree(commit), self._project.config.prompts, "")
        return self._catalogs[commit].find_closure(slug)

    def find_before(self, parent: str, commit: str, slug: str) -> tuple[str, Closure | None]:
        """Return the prompt at a parent of a commit, with the slug that it had there."""
        closure = self.find(parent, slug)
        if closure is not None:
            return slug, closure
        renamed = find_renamed_slug(self._project, parent, commit, slug)
        return (renamed, self.find(parent, renamed)) if renamed is not None else (slug, None)


def find_renamed_slug(project: Project, parent: str, commit: str, slug: str) -> str | None:
    """Return the slug that a prompt of a commit had at its parent, where git finds that it was renamed."""
    folder = project.git_folder
    path = project.repository.find_renamed(parent, commit, folder, f"{folder}/{path_of(slug)}")
    inside = path.removeprefix(f"{folder}/") if path is not None else ""
    return slug_of(inside) if is_prompt_path(inside) else None
