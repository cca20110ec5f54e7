"""The versions of one prompt, newest first and as they are found: histories are long, and readers look at the top.

git itself goes to the first parent that is the same, and shows the commits where none is: cut down to the files of the
closure, its plain history is the list of versions. Where a version changes which files those are, or the prompt had
another slug before, the walk starts again behind it. Where the history has split by then, and one start is not enough,
``strict_history`` takes over.
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.version import Commit, Version
from basalt_cli.versions.strict_history import StrictHistory
from basalt_cli.workspace.closures import ClosureReader, Entry
from basalt_cli.workspace.project import Project


class _NotOneLineError(Exception):
    """The history has split, and its lines need different files."""


class PromptHistory:
    """Walk the history of one prompt, one line of it at a time."""

    def __init__(self, project: Project, slug: str) -> None:
        self._project = project
        self._closures = ClosureReader(project)
        self._boundary = project.repository.read_boundary()
        self._slug = slug
        self._yielded: set[bytes] = set()

    def walk(self, commit: str) -> Iterator[Entry]:
        """Yield the versions that are reachable from a commit, newest first along every line of history."""
        try:
            yield from self._walk_lines(commit)
        except _NotOneLineError:
            strict = StrictHistory(self._project, self._closures, self._slug)
            for entry in strict.walk(commit):
                if bytes.fromhex(entry.version.commit.id) not in self._yielded:
                    yield entry

    def _walk_lines(self, commit: str) -> Iterator[Entry]:
        slug, closure = self._slug, self._closures.find(commit, self._slug)
        start: str | None = commit
        while start is not None and closure is not None:
            files = closure.paths
            paths = [f"{self._project.git_folder}/{path}" for path in files]
            start, is_one_line = None, True
            for found in self._project.repository.walk_simplified(commit, paths):
                parents = self._parents(found)
                befores = [self._closures.find_before(parent, found.id, slug) for parent in parents]
                entry = self._judge(slug, found, befores)
                if entry is None and len(parents) > 1:
                    # git sees a merge of its own, and only line ends or modes are: one parent is the way, not all.
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

    def _parents(self, commit: Commit) -> tuple[str, ...]:
        return () if commit.id in self._boundary else self._project.objects.read_parents(commit.id)

    def _judge(self, slug: str, commit: Commit, befores: list[tuple[str, Closure | None]]) -> Entry | None:
        """Return the version that a commit is; None where the prompt is not there, or all but layout is the same."""
        closure = self._closures.find(commit.id, slug)
        if closure is None or any(before is not None and before.digest == closure.digest for _, before in befores):
            return None
        version = Version(slug, commit, closure.digest, commit.id in self._boundary)
        return Entry(version, closure, befores[0][1] if befores else None)


def list_versions(project: Project, slug: str, commit: str) -> Iterator[Entry]:
    """Yield the versions of a prompt that are reachable from a commit, newest first, under its earlier slugs too."""
    return PromptHistory(project, slug).walk(commit)
