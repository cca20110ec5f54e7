"""Versions of prompts: walk the history and see where each closure came in.

Behind a version the walk goes on from its parents, also where the prompt did not exist for a while.

One walk over one ``git log`` serves any number of prompts: every prompt stands at a commit, and steps to the first
parent whose closure is equal; where no parent's is, the commit is a version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from basalt_cli.adapters.git_read import CommitChanges
from basalt_cli.model.version import Version
from basalt_cli.pure.closure import Closure
from basalt_cli.pure.slug import path_of
from basalt_cli.use_cases.catalog import Catalog
from basalt_cli.use_cases.project import Project
from basalt_cli.use_cases.prompt_history import list_versions

_CATALOGS_KEPT = 64
_FROM_LATEST, _FROM_POINTER = "latest ", "pointer "


class Walker(NamedTuple):
    """Somebody who walks one prompt's history; ``purpose`` keeps walkers of the same prompt apart."""

    slug: str
    purpose: str


class Found(NamedTuple):
    """A version that a walker found, its closure, and the closure at its first parent, None where there was none."""

    walker: Walker
    version: Version
    closure: Closure
    previous: Closure | None


class VersionWalk:
    """A walk of many walkers over one history; ``goes_on`` makes them walk on behind each version they find."""

    def __init__(self, project: Project, *, goes_on: bool) -> None:
        self._project = project
        self._goes_on = goes_on
        self._standing: dict[str, dict[Walker, Closure | None]] = {}
        self._places: dict[Walker, int] = {}
        self._catalogs: dict[str, Catalog] = {}
        self._starts: dict[str, list[Walker]] = {}
        self._boundary = project.repository.read_boundary()

    def start(self, walker: Walker, commit: str) -> None:
        """Let a walker set out from a commit."""
        self._starts.setdefault(commit, []).append(walker)

    def run(self) -> Iterator[Found]:
        """Yield the versions that walkers find, newest first along every line of history."""
        for walkers, tip in self._find_tips():
            for walker in walkers:
                closure = self._closure_at(tip, walker.slug)
                if closure is not None:
                    self._stand(walker, tip, closure)
        if not self._places:
            return
        for entry in self._project.repository.walk(list(self._starts), [self._project.git_folder]):
            standing = self._standing.pop(entry.commit.id, {})
            self._meet(standing)
            for walker, closure in standing.items():
                self._leave(walker)
                yield from self._step(walker, closure, entry)
            if not self._places:
                return

    def _meet(self, standing: dict[Walker, Closure | None]) -> None:
        """Look at all who stand at one commit before they go on; a subclass may send some home."""

    def _stand(self, walker: Walker, commit: str, closure: Closure | None) -> None:
        standing = self._standing.setdefault(commit, {})
        if walker not in standing:
            standing[walker] = closure
            self._places[walker] = self._places.get(walker, 0) + 1

    def _leave(self, walker: Walker) -> None:
        self._places[walker] -= 1
        if not self._places[walker]:
            del self._places[walker]

    def _find_tips(self) -> Iterator[tuple[list[Walker], str]]:
        """Yield each group of walkers with the first commit of the cut-down history that is theirs."""
        folder = self._project.git_folder
        for commit, walkers in self._starts.items():
            arguments = ("rev-list", "-1", "--topo-order", "--full-history", "--parents", commit, "--", folder)
            found = self._project.repository.run(*arguments).split()
            if found:
                yield walkers, found[0]

    def _step(self, walker: Walker, closure: Closure | None, entry: CommitChanges) -> Iterator[Found]:
        if closure is None:
            self._look_further_back(walker, entry)
            return
        for parent in entry.commit.parents:
            same = self._equal_closure_at(parent, walker.slug, closure, entry)
            if same is not None:
                self._stand(walker, parent, same)
                return
        version = Version(walker.slug, entry.commit, closure.digest, entry.commit.id in self._boundary)
        before = [(parent, self._closure_at(parent, walker.slug)) for parent in entry.commit.parents]
        yield Found(walker, version, closure, before[0][1] if before else None)
        for parent, previous in before if self._goes_on else ():
            self._stand(walker, parent, previous)

    def _look_further_back(self, walker: Walker, entry: CommitChanges) -> None:
        """Go on behind a time in which the prompt did not exist: it may have existed before."""
        path = f"{self._project.git_folder}/{path_of(walker.slug)}"
        was_touched = not entry.changed_paths or path in entry.changed_paths
        for parent in entry.commit.parents:
            self._stand(walker, parent, self._closure_at(parent, walker.slug) if was_touched else None)

    def _equal_closure_at(self, parent: str, slug: str, closure: Closure, entry: CommitChanges) -> Closure | None:
        """Return the parent's closure where it is equal.

        What the commit changed decides quickly; the digest decides what only looks like a change: line ends, modes.
        """
        folder = self._project.git_folder
        if entry.changed_paths and not any(f"{folder}/{path}" in entry.changed_paths for path in closure.paths):
            return closure
        before = self._closure_at(parent, slug)
        return before if before is not None and before.digest == closure.digest else None

    def _closure_at(self, commit: str, slug: str) -> Closure | None:
        if commit not in self._catalogs:
            if len(self._catalogs) >= _CATALOGS_KEPT:
                self._catalogs.pop(next(iter(self._catalogs)))
            self._catalogs[commit] = Catalog(self._project.open_tree(commit), self._project.config.prompts, "")
        return self._catalogs[commit].find_closure(slug)


def find_versions(project: Project, slugs: Iterable[str], commit: str) -> dict[str, Version]:
    """Return the version of each prompt at a commit, by slug; prompts that do not exist there are left out."""
    wanted = list(slugs)
    if len(wanted) == 1:
        entry = next(list_versions(project, wanted[0], commit), None)
        return {wanted[0]: entry.version} if entry is not None else {}
    walk = VersionWalk(project, goes_on=False)
    for slug in wanted:
        walk.start(Walker(slug, "version"), commit)
    return {found.walker.slug: found.version for found in walk.run()}


class _BehindWalk(VersionWalk):
    """Send the walker of ``latest`` home where it meets its pointer's: from there on both see the same history."""

    def _meet(self, standing: dict[Walker, Closure | None]) -> None:
        for walker in [walker for walker in standing if walker.purpose.startswith(_FROM_LATEST)]:
            pointer = Walker(walker.slug, _FROM_POINTER + walker.purpose.removeprefix(_FROM_LATEST))
            if pointer in standing:
                del standing[walker]
                self._leave(walker)
                if walker not in self._places:
                    self._send_home(pointer, standing)

    def _send_home(self, walker: Walker, standing: dict[Walker, Closure | None]) -> None:
        for place in (standing, *self._standing.values()):
            if walker in place:
                del place[walker]
                self._leave(walker)


def count_behind(project: Project, latest: str, pointers: dict[tuple[str, str], str]) -> dict[tuple[str, str], int]:
    """Count, for each pointer, the versions reachable from ``latest`` and not from it.

    ``pointers`` are commits by slug and environment; the counts have the same keys. A pointer that digest equality
    makes current must be left out by the caller: it is behind by 0.
    """
    walk = _BehindWalk(project, goes_on=True)
    for (slug, environment), commit in pointers.items():
        walk.start(Walker(slug, _FROM_LATEST + environment), latest)
        walk.start(Walker(slug, _FROM_POINTER + environment), commit)
    counts = dict.fromkeys(pointers, 0)
    for found in walk.run():
        if found.walker.purpose.startswith(_FROM_LATEST):
            counts[found.walker.slug, found.walker.purpose.removeprefix(_FROM_LATEST)] += 1
    return counts


def find_version_of(project: Project, slug: str, commit: str | None, digest: str) -> str | None:
    """Return the version of a prompt at a commit, as 40 hex digits.

    For the working tree (None) it is the version at HEAD, if what is on disk is just that; None where it is not, or
    where nobody can know: outside a repository, or at the boundary of a shallow clone.
    """
    if commit is None:
        repository = project.find_repository()
        commit = repository.find_commit("HEAD") if repository is not None else None
        if commit is None:
            return None
    version = find_versions(project, [slug], commit).get(slug)
    return version.id if version is not None and version.digest == digest else None
