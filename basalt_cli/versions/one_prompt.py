"""The versions of one prompt, newest first, each as soon as git finds it: readers mostly need the newest few.

git simplifies a history to the commits that differ from each parent in the closure's files; on one line of history
these are the versions. Where a version changes which files the closure has, or the prompt was renamed, the simplified
history starts again behind it. Where lines of history need different files, ``VersionWalk`` takes over, which reads
the whole history before it yields.
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.version import Commit, Version
from basalt_cli.versions.walk import VersionWalk, Walker
from basalt_cli.workspace.closures import ClosureReader, Entry
from basalt_cli.workspace.project import Project


class _NotOneLineError(Exception):
    """The lines of a history need different files."""


class _OnePrompt:
    """Walks the history of one prompt."""

    def __init__(self, project: Project, slug: str) -> None:
        self._project = project
        self._closures = ClosureReader(project)
        self._boundary = project.repository.read_boundary()
        self._slug = slug
        self._yielded: set[bytes] = set()

    def walk(self, commit: str) -> Iterator[Entry]:
        try:
            yield from self._walk_simplified(commit)
        except _NotOneLineError:
            for entry in walk_exactly(self._project, self._slug, commit, self._closures):
                if bytes.fromhex(entry.version.commit.id) not in self._yielded:
                    yield entry

    def _walk_simplified(self, commit: str) -> Iterator[Entry]:
        slug, closure = self._slug, self._closures.find(commit, self._slug)
        start: str | None = commit
        while start is not None and closure is not None:
            files = closure.paths
            paths = [f"{self._project.git_folder}/{path}" for path in files]
            start, is_one_line = None, True
            for found in self._project.repository.walk_simplified(commit, paths):
                parents = () if found.id in self._boundary else self._project.objects.read_parents(found.id)
                befores = [self._closures.find_before(parent, found.id, slug) for parent in parents]
                entry = self._judge(slug, found, befores)
                if entry is None and len(parents) > 1:
                    # git shows a merge that differs from its parents in line ends or modes alone: the way goes to one
                    # parent, not to all.
                    raise _NotOneLineError
                if entry is not None:
                    self._yielded.add(bytes.fromhex(found.id))
                    yield entry
                is_one_line = is_one_line and len(parents) <= 1
                others = [b for b in befores if b[1] is not None and (b[0], b[1].paths) != (slug, files)]
                if others and not is_one_line:
                    raise _NotOneLineError
                if others:
                    (slug, closure), start = others[0], parents[0]
                    commit = start
                    break

    def _judge(self, slug: str, commit: Commit, befores: list[tuple[str, Closure | None]]) -> Entry | None:
        """Return the version that a commit is; None where the prompt does not exist or a parent has its digest."""
        closure = self._closures.find(commit.id, slug)
        if closure is None or any(before is not None and before.digest == closure.digest for _, before in befores):
            return None
        version = Version(slug, commit, closure.digest, commit.id in self._boundary)
        return Entry(version, closure, befores[0][1] if befores else None)


def list_versions(project: Project, slug: str, commit: str) -> Iterator[Entry]:
    """Yield the versions of a prompt that are reachable from a commit, newest first, under its earlier slugs too."""
    return _OnePrompt(project, slug).walk(commit)


def walk_exactly(project: Project, slug: str, commit: str, closures: ClosureReader) -> Iterator[Entry]:
    """Yield the same as ``list_versions``, in any history; git reads all of it first."""
    walk = VersionWalk(project, goes_on=True, follows_renames=True)
    walk.start(Walker(slug), commit)
    for _, version in walk.run():
        parents = () if version.is_boundary else project.objects.read_parents(version.commit.id)
        closure = closures.find(version.commit.id, version.slug)
        assert closure is not None
        _, previous = closures.find_before(parents[0], version.commit.id, version.slug) if parents else ("", None)
        yield Entry(version, closure, previous)
