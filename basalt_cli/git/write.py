"""Write to a repository: a commit that changes a few files, by compare-and-swap, beside whatever the user is doing.

GitPython builds the blobs and the trees; git itself makes the commit, because it knows who the author is and how they
sign, and moves the branch, because it compares and swaps.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from basalt_cli.errors import BasaltError, GitError, LostRaceError, UsageError
from basalt_cli.files.lock import hold_lock
from basalt_cli.git.command import FSYNC, refuse_lock, require_identity, try_write
from basalt_cli.git.process import clean_environment, explain
from basalt_cli.git.read import Repository
from basalt_cli.git.worktrees import (
    FileEdit,
    StoredFile,
    Worktree,
    delete_journal,
    find_worktrees,
    follow_journal,
    move_worktree,
    read_journal,
    require_unchanged,
    write_journal,
)

_FILE_MODE = 0o100644
_NOWHERE = "0" * 40


class CommitEdit(NamedTuple):
    """A commit to be made on ``parent``, which differs from it in some files."""

    parent: str
    files: tuple[FileEdit, ...]
    message: str


class WrittenCommit(NamedTuple):
    """A commit that is in the repository, and on no branch yet."""

    id: str
    files: tuple[StoredFile, ...]
    subject: str


def prepare(repository: Repository) -> None:
    """Load what writing needs, so that nothing is left to do but to write once the tip is known."""
    from git import Repo

    with _without_git_variables(), Repo(repository.common_dir):
        pass


def write_commit(repository: Repository, edit: CommitEdit) -> WrittenCommit:
    """Store a commit; nothing points at it."""
    stored, tree = _write_tree(repository, edit)
    signs = try_write(repository.folder, ["config", "--type=bool", "--get", "commit.gpgSign"]).stdout.strip() == b"true"
    arguments = ["commit-tree", *(["-S"] if signs else []), "-p", edit.parent, tree]
    result = try_write(repository.folder, [*FSYNC, *arguments], edit.message.encode(errors="replace"))
    require_identity(result, "the promotion could not be committed")
    return WrittenCommit(result.stdout.decode().strip(), stored, edit.message.partition("\n")[0])


def commit_files(repository: Repository, branch: str, edit: CommitEdit) -> str:
    """Commit some files on a branch whose tip is the edit's parent, and return the commit.

    Worktrees that have the branch checked out move along, and only these files in them. Raises LostRaceError when the
    branch moved meanwhile, BasaltError when a worktree stands in the way; nothing is changed then.
    """
    require_tip(repository, branch, edit.parent)
    worktrees = find_worktrees(repository, branch)
    for worktree in worktrees:
        require_unchanged(repository, worktree, edit.parent, edit.files)
    commit = write_commit(repository, edit)
    advance(repository, branch, edit.parent, commit, worktrees)
    return commit.id


def advance(
    repository: Repository, branch: str, old: str, commit: WrittenCommit, worktrees: Sequence[Worktree]
) -> None:
    """Let a branch and the worktrees that have it checked out go on to a commit; a journal tells where this stands."""
    write_journal(repository, branch, commit.id, commit.files)
    try:
        move_branch(repository, branch, old, commit.id, commit.subject)
        for worktree in worktrees:
            move_worktree(worktree, commit.files)
    except BasaltError:
        delete_journal(repository)
        raise
    delete_journal(repository)


def finish_interrupted(repository: Repository) -> None:
    """Bring worktrees to where a branch is already, after a process that died in between; call it one at a time."""
    journal = read_journal(repository)
    if journal is None:
        return
    tip = try_write(repository.folder, ["rev-parse", "--verify", "--quiet", f"refs/heads/{journal.branch}"])
    if tip.stdout.decode().strip() == journal.commit:
        for worktree in find_worktrees(repository, journal.branch):
            follow_journal(repository, worktree, journal)
    delete_journal(repository)


@contextmanager
def one_at_a_time(repository: Repository) -> Iterator[None]:
    """Hold the flock on basalt.lock; an interrupted move is finished first.

    Where the lock cannot be taken (a system without flock, a read-only folder), compare-and-swap alone decides.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(hold_lock(Path(repository.common_dir, "basalt.lock"), mode=0o644))
        except OSError:
            pass
        else:
            finish_interrupted(repository)
        yield


def require_tip(repository: Repository, branch: str, expected: str) -> None:
    """Raise LostRaceError where a branch has another tip than expected."""
    arguments = ["rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"]
    if try_write(repository.folder, arguments).stdout.decode().strip() != expected:
        raise _lost_race(branch)


def _lost_race(branch: str) -> LostRaceError:
    hint = "Look at basalt status, and promote again."
    return LostRaceError(f"{branch} was moved by somebody else meanwhile; nothing was changed", hint=hint)


def move_branch(repository: Repository, branch: str, old: str | None, new: str, subject: str) -> None:
    """Let a branch end at a commit, if it still ends at ``old``; None for a branch that does not exist yet."""
    arguments = ["update-ref", "-m", f"basalt: {subject}", f"refs/heads/{branch}", new, old or _NOWHERE]
    result = try_write(repository.folder, [*FSYNC, *arguments])
    if result.returncode == 0:
        return
    if b"but expected" in result.stderr or b"reference already exists" in result.stderr:
        raise _lost_race(branch)
    refuse_lock(Path(repository.common_dir, "refs", "heads", f"{branch}.lock"))
    raise GitError(f"{branch} could not be moved: {explain(result)}; nothing was changed")


def require_branch_name(repository: Repository, name: str) -> None:
    """Raise UsageError for what git would not call a branch."""
    checked = try_write(repository.folder, ["check-ref-format", "--branch", name]) if name else None
    if checked is None or checked.returncode != 0 or name.startswith(("-", "refs/", "@")) or name == "HEAD":
        raise UsageError(f"{name!r} cannot be the name of a branch", hint="As in --branch promote-reply.")


def delete_branch(repository: Repository, branch: str, commit: str) -> None:
    """Delete a branch that was just made, if it still ends where it did."""
    try_write(repository.folder, [*FSYNC, "update-ref", "-d", f"refs/heads/{branch}", commit])


def _write_tree(repository: Repository, edit: CommitEdit) -> tuple[tuple[StoredFile, ...], str]:
    """Store the files and the trees above them, and return them with the id of the new root."""
    from git.exc import GitError as LibraryError

    from git import Repo
    from git.objects import Tree

    stored = []
    with _without_git_variables():
        try:
            with Repo(repository.common_dir) as library:
                root = library.commit(edit.parent).tree
                for file in edit.files:
                    mode = _find_mode(root, file.path)
                    blob = _store(library, b"blob", file.new) if file.new is not None else None
                    binary = _store_tree(library, root, file.path.split("/"), blob, mode)
                    root = Tree(library, binary, Tree.tree_id << 12, "")
                    stored.append(StoredFile(file, mode, blob.hex() if blob is not None else None))
                return tuple(stored), root.hexsha
        except (LibraryError, OSError, ValueError) as error:
            raise GitError(f"the promotion could not be written: {error}; nothing was moved") from error


def _find_mode(root: Any, path: str) -> int:
    try:
        mode: int = root[path].mode
    except KeyError:
        return _FILE_MODE
    return mode


def _store_tree(library: Any, tree: Any, parts: Sequence[str], blob: bytes | None, mode: int) -> bytes:
    from git.objects import Tree

    name, *rest = parts
    if rest:
        subtree = next((item for item in tree.trees if item.name == name), None) or Tree(library, Tree.NULL_BIN_SHA)
        tree.cache.add(_store_tree(library, subtree, rest, blob, mode), Tree.tree_id << 12, name, force=True)
    elif blob is not None:
        tree.cache.add(blob, mode, name, force=True)
    elif any(item.name == name for item in tree):
        del tree.cache[name]
    tree.cache.set_done()
    stream = BytesIO()
    tree._serialize(stream)  # noqa: SLF001 - the documented way to store a tree changed through its cache
    return _store(library, b"tree", stream.getvalue())


def _store(library: Any, kind: bytes, data: bytes) -> bytes:
    """Write a loose object, and see it on the disk before anything points at it."""
    from gitdb import IStream

    stored: bytes = library.odb.store(IStream(kind, len(data), BytesIO(data))).binsha
    path = Path(library.common_dir, "objects", stored.hex()[:2], stored.hex()[2:])
    if path.is_file():
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return stored


@contextmanager
def _without_git_variables() -> Iterator[None]:
    """Hide what git sets inside hooks from the processes that GitPython starts; it can add variables, not drop them."""
    hidden = {name: value for name, value in os.environ.items() if name not in clean_environment()}
    for name in hidden:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(hidden)


def init_repository(folder: Path, branch: str) -> None:
    """Make a repository in a folder."""
    result = try_write(str(folder), ["init", "--quiet", f"--initial-branch={branch}"])
    if result.returncode != 0:
        raise GitError(f"git init failed: {explain(result)}")
