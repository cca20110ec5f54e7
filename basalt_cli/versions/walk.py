"""A walk over the commit graph that finds the versions of prompts.

Each prompt starts at a commit and steps to the first parent, in parent order, whose closure is equal; where none is,
the commit is a version. One walk over one ``git log`` serves any number of prompts. Behind a version it can continue
from all parents, also across commits where the prompt did not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from basalt_cli.git.read import CommitChanges
from basalt_cli.model.version import Version
from basalt_cli.text.slug import path_of
from basalt_cli.workspace.closures import find_renamed_slug
from basalt_cli.workspace.outlines import Outline, OutlineReader
from basalt_cli.workspace.project import Project


class Walker(NamedTuple):
    """The position of one prompt in a walk; ``purpose`` tells walkers of the same prompt apart."""

    slug: str
    purpose: str = ""


class FoundVersion(NamedTuple):
    """A version that a walker found."""

    walker: Walker
    version: Version


class Group:
    """The walkers at one commit, each with the outline of its prompt there; None where the prompt does not exist.

    ``newcomers`` are the walkers added since the group was last examined.
    """

    def __init__(self) -> None:
        self.outlines: dict[Walker, Outline | None] = {}
        self.newcomers: set[Walker] = set()
        self._by_path: dict[str, set[Walker]] = {}

    def add(self, walker: Walker, outline: Outline | None) -> bool:
        """Add a walker; return False where it is in the group already."""
        if walker in self.outlines:
            return False
        self.outlines[walker] = outline
        self.newcomers.add(walker)
        for path in _paths(walker, outline):
            self._by_path.setdefault(path, set()).add(walker)
        return True

    def remove(self, walker: Walker) -> Outline | None:
        """Remove a walker, and return the outline of its prompt."""
        outline = self.outlines.pop(walker)
        self.newcomers.discard(walker)
        for path in _paths(walker, outline):
            self._by_path[path].discard(walker)
        return outline

    def find_touched(self, paths: Iterable[str]) -> list[Walker]:
        """Return the walkers whose prompt has one of the paths in its closure, in a fixed order."""
        return sorted({walker for path in paths for walker in self._by_path.get(path, ())})


def _paths(walker: Walker, outline: Outline | None) -> tuple[str, ...]:
    return outline.paths if outline is not None else (path_of(walker.slug),)


class VersionWalk:
    """A walk of many walkers over one history.

    ``goes_on`` lets walkers continue behind each version; ``follows_renames`` lets them continue under the slug that
    the prompt had before. Prompts that a commit does not touch advance to its first parent as one group: constant time
    for each commit.
    """

    def __init__(self, project: Project, *, goes_on: bool, follows_renames: bool = False) -> None:
        self._project = project
        self._goes_on = goes_on
        self._follows_renames = follows_renames
        self._groups: dict[str, Group] = {}
        self._place_counts: dict[Walker, int] = {}
        self._outlines = OutlineReader(project)
        self._starts: dict[str, list[Walker]] = {}
        self._boundary = project.repository.read_boundary()

    def start(self, walker: Walker, commit: str) -> None:
        """Add a walker that starts at a commit."""
        self._starts.setdefault(commit, []).append(walker)

    def run(self) -> Iterator[FoundVersion]:
        """Yield the versions that walkers find, newest first along every line of history."""
        for commit, walkers in self._starts.items():
            tip = self._find_tip(commit)
            for walker in walkers:
                outline = self._outlines.find(tip, walker.slug) if tip is not None else None
                if tip is not None and outline is not None:
                    self._place(walker, tip, outline)
        if not self._place_counts:
            return
        for entry in self._project.repository.walk(list(self._starts), [self._project.git_folder]):
            group = self._groups.pop(entry.commit.id, None)
            if group is not None:
                self._examine(group)
                yield from self._advance(group, entry)
            if not self._place_counts:
                return

    def _find_tip(self, commit: str) -> str | None:
        """Return the first commit of the simplified history that a commit reaches: usually the commit itself."""
        parents = self._project.objects.read_parents(commit)
        if any(self._outlines.is_changed(parent, commit) for parent in parents) and commit not in self._boundary:
            return commit
        arguments = ("rev-list", "-1", "--topo-order", "--full-history", "--parents", commit, "--")
        found = self._project.repository.run(*arguments, self._project.git_folder).split()
        return found[0] if found else None

    def _examine(self, group: Group) -> None:
        """Examine the walkers that met at one commit before they advance; a subclass may remove some."""
        group.newcomers.clear()

    def _advance(self, group: Group, entry: CommitChanges) -> Iterator[FoundVersion]:
        """Advance all walkers of a commit: those whose prompt it touches one by one, the others as one group."""
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

    def _place(self, walker: Walker, commit: str, outline: Outline | None) -> None:
        if self._groups.setdefault(commit, Group()).add(walker, outline):
            self._place_counts[walker] = self._place_counts.get(walker, 0) + 1

    def _join(self, commit: str, group: Group) -> None:
        """Place a whole group at a commit, and merge it with the group that is there already."""
        present = self._groups.get(commit)
        if present is None:
            self._groups[commit] = group
            return
        small, large = sorted((present, group), key=lambda one: len(one.outlines))
        self._groups[commit] = large
        for walker, outline in small.outlines.items():
            if not large.add(walker, outline):
                self._leave(walker)

    def _leave(self, walker: Walker) -> None:
        self._place_counts[walker] -= 1
        if not self._place_counts[walker]:
            del self._place_counts[walker]

    def _step(self, walker: Walker, outline: Outline | None, entry: CommitChanges) -> Iterator[FoundVersion]:
        before = [(parent, self._outlines.find(parent, walker.slug)) for parent in entry.commit.parents]
        if outline is not None:
            same = next((place for place in before if place[1] is not None and place[1].digest == outline.digest), None)
            if same is not None:
                self._place(walker, *same)
                return
            version = Version(walker.slug, entry.commit, outline.digest, entry.commit.id in self._boundary)
            yield FoundVersion(walker, version)
            if not self._goes_on:
                return
        # Also where the prompt does not exist at the parent: it may have existed earlier.
        for parent, earlier in before:
            earlier_walker = walker
            if outline is not None and earlier is None and self._follows_renames:
                slug = find_renamed_slug(self._project, parent, entry.commit.id, walker.slug)
                earlier_walker = walker._replace(slug=slug or walker.slug)
            self._place(earlier_walker, parent, earlier or self._outlines.find(parent, earlier_walker.slug))
