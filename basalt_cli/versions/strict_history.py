"""The versions of one prompt in a history whose lines split and join: every parent is asked, in git's strict order.

git reads the whole history before it hands the first commit over, so this is where ``prompt_history`` comes to only
when it must.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.format.prompt.closure import Closure
from basalt_cli.git.read import CommitChanges
from basalt_cli.model.version import Version
from basalt_cli.text.slug import path_of
from basalt_cli.workspace.closures import ClosureReader, Entry
from basalt_cli.workspace.project import Project


class _Place(NamedTuple):
    """Where the walk stands: the slug and closure of the prompt at a commit; None where it does not exist there."""

    slug: str
    closure: Closure | None


class StrictHistory:
    """Walk the history of one prompt."""

    def __init__(self, project: Project, closures: ClosureReader, slug: str) -> None:
        self._project = project
        self._folder = project.git_folder
        self._boundary = project.repository.read_boundary()
        self._closures = closures
        self._paths = {path_of(slug)}
        self._standing: dict[str, dict[str, Closure | None]] = {}
        self._done: set[tuple[bytes, str]] = set()
        self._must_restart = False
        self._slug = slug

    def walk(self, commit: str) -> Iterator[Entry]:
        """Yield the versions that are reachable from a commit, newest first along every line of history."""
        closure = self._closures.find(commit, self._slug)
        if closure is None:
            return
        self._paths.update(closure.paths)
        self._standing[commit] = {self._slug: closure}
        while self._standing:
            yield from self._walk_once()

    def _walk_once(self) -> Iterator[Entry]:
        self._must_restart = False
        starts = self._to_relevant_commits()
        if not starts:
            return
        paths = sorted(f"{self._folder}/{path}" for path in self._paths)
        for change in self._project.repository.walk(starts, paths):
            for slug, closure in self._standing.pop(change.commit.id, {}).items():
                self._done.add((bytes.fromhex(change.commit.id), slug))
                yield from self._step(_Place(slug, closure), change)
            if self._must_restart or not self._standing:
                return
        self._standing.clear()

    def _to_relevant_commits(self) -> list[str]:
        """Move all who stand somewhere to the first commit from there on that touches one of the files."""
        standing, self._standing = self._standing, {}
        paths = sorted(f"{self._folder}/{path}" for path in self._paths)
        for commit, places in standing.items():
            arguments = ("rev-list", "-1", "--full-history", "--parents", commit, "--", *paths)
            found = self._project.repository.run(*arguments).split()
            if found:
                self._standing.setdefault(found[0], {}).update(places)
        return list(self._standing)

    def _stand(self, commit: str, place: _Place) -> None:
        if (bytes.fromhex(commit), place.slug) not in self._done:
            self._standing.setdefault(commit, {}).setdefault(place.slug, place.closure)

    def _step(self, place: _Place, change: CommitChanges) -> Iterator[Entry]:
        slug, closure = place
        commit = change.commit
        if closure is None:
            for parent in commit.parents:
                self._stand(parent, _Place(slug, self._closures.find(parent, slug)))
            return
        for parent in commit.parents:
            before = self._closures.find(parent, slug)
            if before is not None and before.digest == closure.digest:
                self._stand(parent, _Place(slug, before))
                return
        is_boundary = commit.id in self._boundary
        parents = () if is_boundary else self._project.objects.read_parents(commit.id)
        befores = [_Place(*self._closures.find_before(parent, commit.id, slug)) for parent in parents]
        yield Entry(
            Version(slug, commit, closure.digest, is_boundary), closure, befores[0].closure if befores else None
        )
        self._go_on(slug, commit.parents, parents, befores)

    def _go_on(self, slug: str, near: tuple[str, ...], parents: tuple[str, ...], befores: list[_Place]) -> None:
        """Stand at the next commits of the cut-down history, or at the real parents where it must be cut anew."""
        known = set(self._paths)
        for before in befores:
            self._paths.update(before.closure.paths if before.closure is not None else (path_of(before.slug),))
        if self._paths == known:
            for commit in near:
                self._stand(commit, _Place(slug, self._closures.find(commit, slug)))
            return
        self._must_restart = True
        for parent, before in zip(parents, befores, strict=True):
            self._stand(parent, before)
