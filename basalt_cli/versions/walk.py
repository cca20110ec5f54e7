"""Versions of prompts: walk the history and see where each closure came in.

Behind a version the walk goes on from its parents, also where the prompt did not exist for a while.

One walk over one ``git log`` serves any number of prompts: every prompt stands at a commit, and steps to the first
parent whose closure is equal; where no parent's is, the commit is a version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from basalt_cli.git.read import CommitChanges
from basalt_cli.model.version import Version
from basalt_cli.stores.store import Kind
from basalt_cli.text.slug import path_of
from basalt_cli.versions.one_prompt import list_versions
from basalt_cli.workspace.outlines import Outline, OutlineReader
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk

_FEWEST_TO_REMEMBER = 48
_VERSIONS = Kind("versions", dict[str, Version], most_entries=1)
_COUNTS = Kind("counts", int, most_entries=50_000, fewest_new=48)
_FROM_LATEST, _FROM_POINTER = "latest ", "pointer "


class Walker(NamedTuple):
    """Somebody who walks one prompt's history; ``purpose`` keeps walkers of the same prompt apart."""

    slug: str
    purpose: str


class Found(NamedTuple):
    """A version that a walker found."""

    walker: Walker
    version: Version


class _Group:
    """Those who stand at one commit, each with the outline of the prompt there, None where it does not exist.

    ``newcomers`` are those that came since somebody looked at the group.
    """

    def __init__(self) -> None:
        self.outlines: dict[Walker, Outline | None] = {}
        self.newcomers: set[Walker] = set()
        self._by_path: dict[str, set[Walker]] = {}

    def add(self, walker: Walker, outline: Outline | None) -> bool:
        """Let somebody in; return False where they are here already."""
        if walker in self.outlines:
            return False
        self.outlines[walker] = outline
        self.newcomers.add(walker)
        for path in outline.paths if outline is not None else (path_of(walker.slug),):
            self._by_path.setdefault(path, set()).add(walker)
        return True

    def remove(self, walker: Walker) -> Outline | None:
        """Let somebody go, and return the outline that they had here."""
        outline = self.outlines.pop(walker)
        self.newcomers.discard(walker)
        for path in outline.paths if outline is not None else (path_of(walker.slug),):
            self._by_path[path].discard(walker)
        return outline

    def find_touched(self, paths: Iterable[str]) -> list[Walker]:
        """Return those whose prompt one of the paths is part of, in a fixed order."""
        touched = {walker for path in paths for walker in self._by_path.get(path, ())}
        return sorted(touched)


class VersionWalk:
    """A walk of many walkers over one history; ``goes_on`` makes them walk on behind each version they find.

    Whoever a commit does not touch goes on in the company of all the others, which costs nothing for each.
    """

    def __init__(self, project: Project, *, goes_on: bool) -> None:
        self._project = project
        self._goes_on = goes_on
        self._groups: dict[str, _Group] = {}
        self._places: dict[Walker, int] = {}
        self._outlines = OutlineReader(project)
        self._starts: dict[str, list[Walker]] = {}
        self._boundary = project.repository.read_boundary()

    def start(self, walker: Walker, commit: str) -> None:
        """Let a walker set out from a commit."""
        self._starts.setdefault(commit, []).append(walker)

    def run(self) -> Iterator[Found]:
        """Yield the versions that walkers find, newest first along every line of history."""
        for commit, walkers in self._starts.items():
            tip = self._find_tip(commit)
            for walker in walkers:
                outline = self._outlines.find(tip, walker.slug) if tip is not None else None
                if tip is not None and outline is not None:
                    self._stand(walker, tip, outline)
        if not self._places:
            return
        for entry in self._project.repository.walk(list(self._starts), [self._project.git_folder]):
            group = self._groups.pop(entry.commit.id, None)
            if group is not None:
                self._meet(group)
                yield from self._pass(group, entry)
            if not self._places:
                return

    def _find_tip(self, commit: str) -> str | None:
        """Return the first commit of the cut-down history that is reached from a commit: mostly that commit itself."""
        parents = self._project.objects.read_parents(commit)
        if any(self._outlines.is_changed(parent, commit) for parent in parents) and commit not in self._boundary:
            return commit
        arguments = ("rev-list", "-1", "--topo-order", "--full-history", "--parents", commit, "--")
        found = self._project.repository.run(*arguments, self._project.git_folder).split()
        return found[0] if found else None

    def _meet(self, group: _Group) -> None:
        """Look at who came together at one commit before they go on; a subclass may send some home."""
        group.newcomers.clear()

    def _pass(self, group: _Group, entry: CommitChanges) -> Iterator[Found]:
        """Let all who stand at a commit go on: those it touched by themselves, the others together."""
        parents = entry.commit.parents
        touched = group.find_touched(self._find_changed(entry)) if parents else sorted(group.outlines)
        absent = [walker for walker, outline in group.outlines.items() if outline is None] if len(parents) > 1 else []
        for walker in dict.fromkeys([*touched, *absent]):
            outline = group.remove(walker)
            self._leave(walker)
            yield from self._step(walker, outline, entry)
        if group.outlines:
            self._join(parents[0], group)

    def _find_changed(self, entry: CommitChanges) -> Iterable[str]:
        """Return the paths below the prompts folder that a commit changed against its first parent."""
        if entry.changed_paths:
            prefix = f"{self._project.git_folder}/"
            return [path.removeprefix(prefix) for path in entry.changed_paths]
        return self._outlines.list_changed(entry.commit.parents[0], entry.commit.id)

    def _stand(self, walker: Walker, commit: str, outline: Outline | None) -> None:
        if self._groups.setdefault(commit, _Group()).add(walker, outline):
            self._places[walker] = self._places.get(walker, 0) + 1

    def _join(self, commit: str, group: _Group) -> None:
        """Let a whole group stand at a commit, with those who are there already."""
        there = self._groups.get(commit)
        if there is None:
            self._groups[commit] = group
            return
        small, large = sorted((there, group), key=lambda one: len(one.outlines))
        self._groups[commit] = large
        for walker, outline in small.outlines.items():
            if not large.add(walker, outline):
                self._leave(walker)

    def _leave(self, walker: Walker) -> None:
        self._places[walker] -= 1
        if not self._places[walker]:
            del self._places[walker]

    def _step(self, walker: Walker, outline: Outline | None, entry: CommitChanges) -> Iterator[Found]:
        before = [(parent, self._outlines.find(parent, walker.slug)) for parent in entry.commit.parents]
        if outline is not None:
            same = next((place for place in before if place[1] is not None and place[1].digest == outline.digest), None)
            if same is not None:
                self._stand(walker, *same)
                return
            version = Version(walker.slug, entry.commit, outline.digest, entry.commit.id in self._boundary)
            yield Found(walker, version)
            if not self._goes_on:
                return
        # Also behind a time in which the prompt did not exist: it may have existed before.
        for parent, earlier in before:
            self._stand(walker, parent, earlier)


def find_versions(project: Project, slugs: Iterable[str], commit: str) -> dict[str, Version]:
    """Return the version of each prompt at a commit, by slug; prompts that do not exist there are left out."""
    wanted = list(slugs)
    if len(wanted) == 1:
        entry = next(list_versions(project, wanted[0], commit), None)
        return {wanted[0]: entry.version} if entry is not None else {}
    if len(wanted) < _FEWEST_TO_REMEMBER or project.repository.is_shallow:
        return _walk_to_versions(project, wanted, commit)
    return _find_remembered(project, wanted, commit)


def _walk_to_versions(project: Project, slugs: list[str], commit: str) -> dict[str, Version]:
    walk = VersionWalk(project, goes_on=False)
    for slug in slugs:
        walk.start(Walker(slug, "version"), commit)
    return {found.walker.slug: found.version for found in walk.run()}


def _find_remembered(project: Project, slugs: list[str], commit: str) -> dict[str, Version]:
    """Return the remembered versions of prompts that were not touched since, and walk for the others.

    A prompt that no commit between touched has the version of the remembered commit, if that one is reached from this
    commit by first parents.
    """
    store, outlines = project.open_store(_VERSIONS, project.git_folder), OutlineReader(project)
    base = store.newest_key
    remembered = store.find(base) if base is not None else None
    touched = _find_touched_since(project, base, commit) if remembered is not None else None
    versions: dict[str, Version] = {}
    for slug in slugs if touched is not None else ():
        known, outline = (remembered or {}).get(slug), outlines.find(commit, slug)
        if known is not None and outline is not None and touched is not None and touched.isdisjoint(outline.paths):
            versions[slug] = known
    missing = [slug for slug in slugs if slug not in versions]
    if missing:
        versions |= _walk_to_versions(project, missing, commit)
    if base != commit or remembered is None:
        store.keep(commit, versions)
    return versions


def _find_touched_since(project: Project, base: str | None, commit: str) -> frozenset[str] | None:
    """Return the paths that were touched since a commit; None where it is not on the other's own line."""
    if base == commit:
        return frozenset()
    if base is None or not project.objects.has_commit(base):
        return None
    return project.repository.list_touched(base, commit, project.git_folder)


class _BehindWalk(VersionWalk):
    """Send the walker of ``latest`` home where it meets its pointer's: from there on both see the same history."""

    def _meet(self, group: _Group) -> None:
        for newcomer in sorted(group.newcomers):
            environment = newcomer.purpose.removeprefix(_FROM_LATEST).removeprefix(_FROM_POINTER)
            walker, pointer = (Walker(newcomer.slug, kind + environment) for kind in (_FROM_LATEST, _FROM_POINTER))
            if walker in group.outlines and pointer in group.outlines:
                group.remove(walker)
                self._leave(walker)
                if walker not in self._places:
                    self._send_home(pointer, group)
        group.newcomers.clear()

    def _send_home(self, walker: Walker, group: _Group) -> None:
        for place in (group, *self._groups.values()):
            if walker in place.outlines:
                place.remove(walker)
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


def count_behind_versions(
    project: Project, tip: str, latest: dict[str, Version], pointers: dict[tuple[str, str], str]
) -> dict[tuple[str, str], int]:
    """Count as ``count_behind`` does, where ``latest`` are the versions at ``tip``; what was counted is remembered."""
    store = project.open_store(_COUNTS, project.git_folder)
    keys = {
        (slug, environment): f"{slug} {commit} {newest.commit.id if (newest := latest.get(slug)) else tip}"
        for (slug, environment), commit in pointers.items()
    }
    counts = {key: count for key, name in keys.items() if (count := store.find(name)) is not None}
    unknown = {key: commit for key, commit in pointers.items() if key not in counts}
    if unknown:
        for key, count in count_behind(project, tip, unknown).items():
            store.keep(keys[key], count)
            counts[key] = count
    return counts


def find_again(project: Project, trunk: Trunk, slug: str, digest: str) -> Version | None:
    """Return the newest version on the shared trunk that has a digest; None where none has."""
    entries = list_versions(project, slug, trunk.upstream or trunk.commit)
    return next((entry.version for entry in entries if entry.version.digest == digest), None)


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
