"""Source code beside the prompts: in the working tree, in the index, or in a tree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from basalt_cli.git.files import list_in_index, list_in_tree, list_on_disk
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import hash_blob

_SKIPPED = frozenset(("node_modules", "__pycache__", "venv", "site-packages", "build", "dist"))
_REGULAR_MODES = ("100644", "100755")


class SourceFiles:
    """The files below some folders, by path from the project's folder; without ignored files.

    ``tree`` is the commit or tree to read; None for the index or the working tree.
    """

    def __init__(self, project: Project, folders: tuple[str, ...], tree: str | None, *, is_staged: bool) -> None:
        self._project = project
        places = [(project.prefix + folder.rstrip("/")).removesuffix(".").rstrip("/") or "." for folder in folders]
        self._ids = dict(self._list(places, tree, is_staged=is_staged)) if places else {}

    def list_paths(self, endings: tuple[str, ...]) -> list[str]:
        """Return the paths of files with certain endings, sorted; without installed or built code."""
        found = (path for path in self._ids if path.endswith(endings))
        return sorted(path for path in found if not any(_is_skipped(part) for part in PurePosixPath(path).parts[:-1]))

    def read(self, path: str) -> bytes | None:
        """Return the content of a file; None for a deleted file and behind a link."""
        object_id = self._ids[path]
        return self._project.objects.read_blob(object_id) if object_id is not None else self._read_from_disk(path)

    def find_id(self, path: str) -> str | None:
        """Return the blob id of a file's content; None for a deleted file."""
        data = self._read_from_disk(path) if self._ids[path] is None else None
        return self._ids[path] or (hash_blob(data) if data is not None else None)

    def _list(self, places: list[str], tree: str | None, *, is_staged: bool) -> Iterator[tuple[str, str | None]]:
        repository, prefix = self._project.repository, self._project.prefix
        if tree is None and not is_staged:
            yield from ((path.removeprefix(prefix), None) for path in list_on_disk(repository, places))
            return
        for found in list_in_tree(repository, tree, places) if tree else list_in_index(repository, places):
            if found.mode in _REGULAR_MODES:
                yield found.path.removeprefix(prefix), found.object_id

    def _read_from_disk(self, path: str) -> bytes | None:
        assert self._project.root is not None
        root = os.path.realpath(self._project.root)
        full = os.path.join(root, path)
        # The target of a link is not part of the change.
        if os.path.realpath(full) != full or not os.path.isfile(full):
            return None
        return Path(full).read_bytes()


def _is_skipped(part: str) -> bool:
    return part in _SKIPPED or part.startswith(".")
