"""Outlines of closures: their paths and digest, mostly from remembered ids, without reading a file."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.format.prompt.closure import Closure, find_included_names, follow_includes
from basalt_cli.stores.store import Kind
from basalt_cli.text.slug import path_of
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import CommitTree

_TREES_KEPT = 64
_INCLUDES = Kind("includes", list[str], most_entries=100_000, fewest_new=48)
_DIGESTS = Kind("digests", str, most_entries=100_000, fewest_new=48)


class Outline(NamedTuple):
    """The paths of a closure's files, absent ones included, in order, and the closure's digest."""

    paths: tuple[str, ...]
    digest: str


class OutlineReader:
    """Finds the outline of a prompt at a commit, and remembers it by the ids of the contents."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._includes = project.open_store(_INCLUDES)
        self._digests = project.open_store(_DIGESTS)
        self._trees: dict[str, CommitTree] = {}

    def find(self, commit: str, slug: str) -> Outline | None:
        """Return the outline of a prompt at a commit; None where the prompt does not exist."""
        tree = self._open(commit)
        path = path_of(slug)
        blob = tree.find_blob(path)
        if blob is None:
            return None
        files: dict[str, str | None] = {}

        def list_names(name: str) -> list[str]:
            found = files[name] = tree.find_blob(name)
            return self._read_includes(tree, name, found) if found is not None else []

        reached = follow_includes(self._read_includes(tree, path, blob), list_names)
        files = dict.fromkeys(reached) | files | {path: blob}
        paths = tuple(sorted(files))
        key = "\0".join(f"{name}\0{files[name] or ''}" for name in paths)
        digest = self._digests.find(key)
        if digest is None:
            closure = Closure(path, tuple((name, _read(tree, name) if files[name] else None) for name in paths))
            digest = closure.digest
            self._digests.keep(key, digest)
        return Outline(paths, digest)

    def find_digest(self, commit: str, slug: str) -> str | None:
        """Return the digest of a prompt at a commit; None where the prompt does not exist. It is remembered."""
        key = f"{self._project.git_folder}\0{commit}\0{slug}"
        digest = self._digests.find(key)
        if digest is None:
            outline = self.find(commit, slug)
            if outline is None:
                return None
            digest = outline.digest
            self._digests.keep(key, digest)
        return digest

    def list_changed(self, old: str, new: str) -> frozenset[str]:
        """Return the paths below the prompts folder that differ between two commits."""
        if not self.is_changed(old, new):
            return frozenset()
        one, other = self._open(old).list_blobs(), self._open(new).list_blobs()
        return frozenset(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))

    def is_changed(self, old: str, new: str) -> bool:
        """Say whether the prompts folder differs between two commits."""
        return self._open(old).root_id != self._open(new).root_id

    def _open(self, commit: str) -> CommitTree:
        if commit not in self._trees:
            if len(self._trees) >= _TREES_KEPT:
                self._trees.pop(next(iter(self._trees)))
            self._trees[commit] = self._project.open_commit(commit)
        return self._trees[commit]

    def _read_includes(self, tree: CommitTree, path: str, blob: str) -> list[str]:
        # Of a file's name only its ending decides how its includes are read.
        key = f"{'prompt' if path.endswith('.yaml') else 'partial'} {blob}"
        names = self._includes.find(key)
        if names is None:
            names = list(find_included_names(path, _read(tree, path)))
            self._includes.keep(key, names)
        return list(names)


def _read(tree: CommitTree, path: str) -> bytes:
    """Return the content of a file that exists; the tree raises where a partial clone lacks it."""
    data = tree.read(path)
    assert data is not None
    return data
