"""The prompts folder in the working tree, in the index or at a commit."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from basalt_cli.git.objects import ObjectReader, TreeEntry

# The limit of a prompt file. A longer file is cut just above it, and lint reports it.
LARGEST_FILE_BYTES = 256 * 1024
_NO_SUCH_FILE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)


class PromptTree(Protocol):
    """Files by their path below the prompts folder, with ``/`` between folders."""

    commit: str | None
    """The commit that is read; None for the working tree and the index."""

    def list_paths(self) -> tuple[str, ...]:
        """Return the paths of all files that are not links or submodules, sorted."""

    def list_blobs(self) -> dict[str, str] | None:
        """Return the blob ids of all regular files, by path; None for a tree that git has not stored."""

    def read(self, path: str) -> bytes | None:
        """Return the content of a regular file; None where there is none, and behind a link."""

    def is_link(self, path: str) -> bool:
        """Say whether the path is a symbolic link or a submodule."""


class WorkingTree:
    """The prompts folder on disk."""

    def __init__(self, folder: Path) -> None:
        self.commit: str | None = None
        self._folder = os.path.realpath(folder)
        self._plain: dict[str, bool] = {}

    def list_paths(self) -> tuple[str, ...]:
        """Return the paths of all regular files, sorted."""
        return tuple(sorted(self._walk(self._folder, "")))

    def list_blobs(self) -> None:
        """Return None: git has not stored the working tree."""

    def read(self, path: str) -> bytes | None:
        """Return the content of a regular file."""
        name = os.path.join(self._folder, path)
        try:
            if not stat.S_ISREG(os.lstat(name).st_mode) or not self._is_plain(os.path.dirname(name)):
                return None
            with open(name, "rb") as file:
                return file.read(LARGEST_FILE_BYTES + 1)
        except OSError as error:
            if error.errno in _NO_SUCH_FILE:
                return None
            raise
        except ValueError:
            return None  # A path cannot contain NUL or a lone surrogate.

    def _is_plain(self, folder: str) -> bool:
        """Say whether no folder on the way is a symbolic link."""
        if folder not in self._plain:
            self._plain[folder] = os.path.realpath(folder) == folder
        return self._plain[folder]

    def is_link(self, path: str) -> bool:
        """Say whether the path, or a folder on its way, is a symbolic link."""
        name = os.path.join(self._folder, path)
        try:
            return os.path.lexists(name) and os.path.realpath(name) != name
        except ValueError:
            return False

    def _walk(self, folder: str, prefix: str) -> Iterator[str]:
        try:
            entries = list(os.scandir(folder))
        except FileNotFoundError:
            return
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(entry.path, f"{prefix}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                yield prefix + entry.name


class CommitTree:
    """The prompts folder at a commit, read from the object store."""

    def __init__(self, reader: ObjectReader, commit: str, folder: str) -> None:
        self.commit: str | None = commit
        self._reader = reader
        self.root_id = reader.find_folder(commit, folder)
        if self.root_id is None:
            reader.require_tree(commit)
        self._folders: dict[str, dict[str, TreeEntry]] = {"": reader.read_folder(self.root_id or "") or {}}

    def list_paths(self) -> tuple[str, ...]:
        """Return the paths of all regular files, sorted."""
        return tuple(sorted(self._walk("")))

    def list_blobs(self) -> dict[str, str]:
        """Return the ids of the contents of all regular files, by path."""
        entries = ((path, self._find(path)) for path in self.list_paths())
        return {path: entry.object_id for path, entry in entries if entry is not None}

    def find_blob(self, path: str) -> str | None:
        """Return the id of a regular file's content; None where there is none."""
        entry = self._find(path)
        return entry.object_id if entry is not None and entry.is_regular else None

    def read(self, path: str) -> bytes | None:
        """Return the content of a regular file."""
        entry = self._find(path)
        if entry is None or not entry.is_regular:
            return None
        content = self._reader.require_blob(entry.object_id, f"{path} at {(self.commit or '')[:9]}")
        return content[: LARGEST_FILE_BYTES + 1]

    def is_link(self, path: str) -> bool:
        """Say whether the path is a symbolic link or a submodule."""
        entry = self._find(path)
        return entry is not None and not entry.is_regular and not entry.is_folder

    def _find(self, path: str) -> TreeEntry | None:
        folder, _, name = path.rpartition("/")
        return self._entries(folder).get(name)

    def _entries(self, folder: str) -> dict[str, TreeEntry]:
        if folder not in self._folders:
            parent = self._find(folder)
            found = self._reader.read_folder(parent.object_id) if parent is not None and parent.is_folder else None
            self._folders[folder] = found or {}
        return self._folders[folder]

    def _walk(self, folder: str) -> Iterator[str]:
        for name, entry in self._entries(folder).items():
            path = f"{folder}/{name}" if folder else name
            if entry.is_folder:
                yield from self._walk(path)
            elif entry.is_regular:
                yield path


class IndexTree:
    """The prompts folder in the index, read from the index and the object store."""

    def __init__(self, reader: ObjectReader, entries: dict[str, TreeEntry]) -> None:
        self.commit: str | None = None
        self._reader = reader
        self._entries = entries

    def list_paths(self) -> tuple[str, ...]:
        """Return the paths of all regular files, sorted."""
        return tuple(sorted(path for path, entry in self._entries.items() if entry.is_regular))

    def list_blobs(self) -> dict[str, str]:
        """Return the ids of the contents of all regular files, by path."""
        return {path: entry.object_id for path, entry in self._entries.items() if entry.is_regular}

    def read(self, path: str) -> bytes | None:
        """Return the content of a regular file."""
        entry = self._entries.get(path)
        content = self._reader.read_blob(entry.object_id) if entry is not None and entry.is_regular else None
        return content[: LARGEST_FILE_BYTES + 1] if content is not None else None

    def is_link(self, path: str) -> bool:
        """Say whether the path is a symbolic link or a submodule."""
        entry = self._entries.get(path)
        return entry is not None and not entry.is_regular


class OverlaidTree:
    """A tree with the content of one file replaced, such as one that an editor has not saved yet."""

    def __init__(self, tree: PromptTree, path: str, data: bytes) -> None:
        self.commit = tree.commit
        self._tree = tree
        self._path = path
        self._data = data

    def list_paths(self) -> tuple[str, ...]:
        """Return the paths of all regular files and of the replaced one, sorted."""
        return tuple(sorted({*self._tree.list_paths(), self._path}))

    def list_blobs(self) -> None:
        """Return None: git has not stored the replaced file."""

    def read(self, path: str) -> bytes | None:
        """Return the content of a regular file."""
        return self._data[: LARGEST_FILE_BYTES + 1] if path == self._path else self._tree.read(path)

    def is_link(self, path: str) -> bool:
        """Say whether the path is a symbolic link or a submodule."""
        return path != self._path and self._tree.is_link(path)


def hash_blob(data: bytes) -> str:
    """Return the blob id of a content."""
    import hashlib

    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
