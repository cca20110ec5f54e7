"""Read blobs and trees through one ``git cat-file --batch`` process."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from basalt_cli.errors import GitError
from basalt_cli.git.process import git_command, read_environment, try_git
from basalt_cli.git.read import Repository
from basalt_cli.model.version import Commit

_REGULAR_MODES = ("100644", "100755")
_FOLDER_MODE = "40000"
_HASH_BYTES = 20
_FOLDERS_KEPT = 512
# 256 names fit into the buffer of a pipe, so writing them cannot block while git waits for its answers to be read.
_NAMES_AT_ONCE = 256
_MISSING = "Check the repository with git fsck; in a partial clone: git fetch --refetch --no-filter"


class TreeEntry(NamedTuple):
    """An entry of a tree: its mode as git writes it (``120000`` a link, ``160000`` a submodule) and its object id."""

    mode: str
    object_id: str

    @property
    def is_folder(self) -> bool:
        """Return whether the entry is a folder."""
        return self.mode == _FOLDER_MODE

    @property
    def is_regular(self) -> bool:
        """Return whether the entry is a regular file, executable or not."""
        return self.mode in _REGULAR_MODES


class TagObject(NamedTuple):
    """The tagger's name, the time in seconds since 1970, and the message of an annotated tag."""

    tagger: str
    seconds: int
    message: str


class ObjectReader:
    """Reads objects by id or name, all through one process that starts with the first read."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._folders: dict[str, dict[str, TreeEntry]] = {}
        self._commits: set[str] = set()

    def read_blob(self, object_id: str) -> bytes | None:
        """Return the content of a blob; None if it is missing or not a blob."""
        kind, _, content = self._read(object_id)
        return content if kind == b"blob" else None

    def read_folder(self, name: str) -> dict[str, TreeEntry] | None:
        """Return the entries of a tree, by its id or as ``commit:path``; None if there is no such tree.

        The result is cached and shared: callers must not change it.
        """
        if name in self._folders:
            return self._folders[name]
        object_id = self._cache_folder(name)
        return self._folders[object_id] if object_id is not None else None

    def find_folder(self, commit: str, path: str) -> str | None:
        """Return the id of a folder at a commit, and cache its entries; None if it does not exist."""
        return self._cache_folder(f"{commit}:{path}")

    def _cache_folder(self, name: str) -> str | None:
        kind, object_id, content = self._read(name)
        if kind != b"tree":
            return None
        if object_id not in self._folders:
            if len(self._folders) >= _FOLDERS_KEPT:
                self._folders.pop(next(iter(self._folders)))
            self._folders[object_id] = dict(_parse_tree(content))
        return object_id

    def require_blob(self, object_id: str, what: str) -> bytes:
        """Return the content of a blob; raise GitError that names ``what`` if the repository does not have it."""
        content = self.read_blob(object_id)
        if content is None:
            raise GitError(f"{what} is not in this clone", hint=_MISSING)
        return content

    def require_tree(self, commit: str) -> None:
        """Raise GitError if a commit or its tree is not in the repository."""
        if self.read_folder(f"{commit}:") is None:
            raise GitError(f"the files of commit {commit[:9]} are not in this clone", hint=_MISSING)

    def read_parents(self, commit: str) -> tuple[str, ...]:
        """Return the parents that a commit object records, also at a shallow boundary; empty if it is not a commit."""
        kind, _, content = self._read(commit)
        lines = content.partition(b"\n\n")[0].split(b"\n") if kind == b"commit" else []
        return tuple(line[7:].decode() for line in lines if line.startswith(b"parent "))

    def read_commit(self, commit: str) -> Commit | None:
        """Return a commit; None if it is missing or not a commit."""
        kind, object_id, content = self._read(commit)
        if kind != b"commit":
            return None
        head, _, message = content.decode(errors="replace").partition("\n\n")
        fields = [line.partition(" ")[::2] for line in head.split("\n")]
        single = dict(reversed(fields))
        author, authored = _parse_person(single.get("author", ""))
        _, committed = _parse_person(single.get("committer", ""))
        parents = tuple(value for name, value in fields if name == "parent")
        return Commit(object_id, parents, committed, authored, author, message.strip("\n").partition("\n")[0])

    def has_commit(self, commit: str) -> bool:
        """Return whether the repository has a commit."""
        # Many pointers name the same commit, and a commit that exists is not removed while a command runs.
        if commit not in self._commits and self._read(commit)[0] == b"commit":
            self._commits.add(commit)
        return commit in self._commits

    def read_tags(self, object_ids: Sequence[str]) -> Iterator[TagObject | None]:
        """Yield annotated tags by their ids, in order; None for one that is missing or not an annotated tag."""
        for start in range(0, len(object_ids), _NAMES_AT_ONCE):
            part = object_ids[start : start + _NAMES_AT_ONCE]
            self._request(part)
            yield from [_parse_tag(*self._read_answer()) for _ in part]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def _read(self, name: str) -> tuple[bytes, str, bytes]:
        """Return type, id and content of an object; the type of a missing one is ``missing``."""
        if "\n" in name:
            return b"missing", "", b""
        self._request([name])
        return self._read_answer()

    def _request(self, names: Sequence[str]) -> None:
        process = self._started()
        assert process.stdin is not None
        try:
            process.stdin.write("".join(f"{name}\n" for name in names).encode(errors="surrogateescape"))
            process.stdin.flush()
        except BrokenPipeError:
            raise self._ended_early() from None

    def _read_answer(self) -> tuple[bytes, str, bytes]:
        process = self._started()
        assert process.stdout is not None
        header = process.stdout.readline().rstrip(b"\n")
        if not header:
            raise self._ended_early()
        before, _, size = header.rpartition(b" ")
        object_id, _, kind = before.partition(b" ")
        if not size.isdigit():
            return b"missing", "", b""
        content = process.stdout.read(int(size))
        process.stdout.read(1)
        return kind, object_id.decode(), content

    def _ended_early(self) -> GitError:
        """Return the error for a process that ended: in a partial clone it must not fetch a missing object."""
        promisor = try_git(["config", "--get-regexp", r"^remote\..*\.promisor$"], self._repository.folder)
        if promisor.returncode == 0:
            hint = "Fetch all objects: git fetch --refetch --no-filter"
            return GitError("this is a partial clone, and an object is missing", hint=hint)
        return GitError("git cat-file ended early", hint="Check the repository with git fsck.")

    def _started(self) -> subprocess.Popen[bytes]:
        # A forked child must not use the pipes of its parent, so it starts its own process.
        if self._process is None or self._owner != os.getpid():
            self._owner = os.getpid()
            self._process = subprocess.Popen(
                git_command(["cat-file", "--batch"], self._repository.git_dir),
                cwd=self._repository.folder,
                env=read_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process


def _parse_tag(kind: bytes, _object_id: str, content: bytes) -> TagObject | None:
    if kind != b"tag":
        return None
    head, _, message = content.decode(errors="replace").partition("\n\n")
    tagger = next((line for line in head.split("\n") if line.startswith("tagger ")), "tagger  <> 0 +0000")
    return TagObject(*_parse_person(tagger.removeprefix("tagger ")), message)


def _parse_person(text: str) -> tuple[str, int]:
    """Parse ``Name <address> seconds zone``."""
    name, _, time = text.partition(">")
    words = time.split()
    return name.partition(" <")[0], int(words[0]) if words and words[0].isdecimal() else 0


def _parse_tree(content: bytes) -> Iterator[tuple[str, TreeEntry]]:
    """Parse ``<mode> <name><NUL><20 bytes>``, repeated."""
    index = 0
    while index < len(content):
        nul = content.index(b"\0", index)
        mode, _, name = content[index:nul].partition(b" ")
        index = nul + 1 + _HASH_BYTES
        object_id = content[nul + 1 : index].hex()
        yield name.decode(errors="surrogateescape"), TreeEntry(mode.decode(), object_id)
