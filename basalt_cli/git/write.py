"""Commit changes to a few files on a branch by compare-and-swap; index and worktree keep all other changes.

GitPython stores the blobs and the trees. ``git commit-tree`` makes the commit, so that the user's identity and signing
configuration apply, and ``git update-ref`` moves the branch, because it compares the old value and swaps in one step.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

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

if TYPE_CHECKING:
    from git import Git, Tree

_FILE_MODE = 0o100644
_TREE_MODE = 0o040000
_TYPES = {_TREE_MODE: "tree", 0o160000: "commit"}
_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_NO_OBJECT = "0" * 40


class CommitEdit(NamedTuple):
    """A commit to make: its parent, the files that it changes, and its message."""

    parent: str
    files: tuple[FileEdit, ...]
    message: str


class WrittenCommit(NamedTuple):
    """A commit that is stored and on no branch yet."""

    id: str
    files: tuple[StoredFile, ...]
    subject: str


def prepare(repository: Repository) -> None:
    """Import GitPython and open the repository once: later, between reading a tip and moving it, every ms counts."""
    from git import Repo

    with _without_git_variables(), Repo(repository.common_dir):
        pass


def write_commit(repository: Repository, edit: CommitEdit) -> WrittenCommit:
    """Store a commit that no ref points at, signed if ``commit.gpgSign`` is set."""
    stored, tree = _write_tree(repository, edit)
    signs = try_write(repository.folder, ["config", "--type=bool", "--get", "commit.gpgSign"]).stdout.strip() == b"true"
    arguments = ["commit-tree", *(["-S"] if signs else []), "-p", edit.parent, tree]
    result = try_write(repository.folder, [*FSYNC, *arguments], edit.message.encode(errors="replace"))
    require_identity(result, "the commit could not be made")
    return WrittenCommit(result.stdout.decode().strip(), stored, edit.message.partition("\n")[0])


def commit_files(repository: Repository, branch: str, edit: CommitEdit) -> str:
    """Commit some files on a branch whose tip is the edit's parent, and return the id of the commit.

    Updates these files, and no others, in each worktree that has the branch checked out. Raises LostRaceError if the
    branch has another tip, BasaltError if a worktree has changes in these files; then nothing is changed.
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
    """Move a branch, then the worktrees that have it checked out, to a commit.

    A journal records the move until both are done; ``finish_interrupted`` completes it if this process dies.
    """
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
    """Update the worktrees of a branch that a process moved before it died; needs the lock of ``one_at_a_time``."""
    journal = read_journal(repository)
    if journal is None:
        return
    if _read_tip(repository, journal.branch) == journal.commit:
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
    """Raise LostRaceError if a branch has another tip than expected."""
    if _read_tip(repository, branch) != expected:
        raise _lost_race(branch)


def _read_tip(repository: Repository, branch: str) -> str:
    found = try_write(repository.folder, ["rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"])
    return found.stdout.decode().strip()


def _lost_race(branch: str) -> LostRaceError:
    hint = "Run basalt status, then promote again."
    return LostRaceError(f"{branch} was moved by another process meanwhile; nothing was changed", hint=hint)


def move_branch(repository: Repository, branch: str, old: str | None, new: str, subject: str) -> None:
    """Move a branch to a commit if its tip is ``old``; None for a branch that must not exist yet."""
    arguments = ["update-ref", "-m", f"basalt: {subject}", f"refs/heads/{branch}", new, old or _NO_OBJECT]
    result = try_write(repository.folder, [*FSYNC, *arguments])
    if result.returncode == 0:
        return
    if b"but expected" in result.stderr or b"reference already exists" in result.stderr:
        raise _lost_race(branch)
    refuse_lock(Path(repository.common_dir, "refs", "heads", f"{branch}.lock"))
    raise GitError(f"{branch} could not be moved: {explain(result)}; nothing was changed")


def require_branch_name(repository: Repository, name: str) -> None:
    """Raise UsageError for a name that git does not allow for a branch."""
    checked = try_write(repository.folder, ["check-ref-format", "--branch", name]) if name else None
    if checked is None or checked.returncode != 0 or name.startswith(("-", "refs/", "@")) or name == "HEAD":
        raise UsageError(
            f"{name!r} cannot be the name of a branch", hint="Choose another name, such as --branch promote-reply."
        )


def delete_branch(repository: Repository, branch: str, commit: str) -> None:
    """Delete a branch if its tip is ``commit``."""
    try_write(repository.folder, [*FSYNC, "update-ref", "-d", f"refs/heads/{branch}", commit])


def _write_tree(repository: Repository, edit: CommitEdit) -> tuple[tuple[StoredFile, ...], str]:
    """Store the edited files and the trees above them; return the files with their blobs, and the id of the root."""
    from git.exc import GitError as LibraryError

    from git import Git, Repo, Tree

    stored = []
    with _without_git_variables():
        try:
            with Repo(repository.common_dir) as library:
                git = Git(repository.folder)
                root = library.commit(edit.parent).tree
                for file in edit.files:
                    mode = _find_mode(root, file.path)
                    blob = _store(git, file.new, "hash-object", "-w", "--stdin") if file.new is not None else None
                    object_id = _store_tree(git, root, file.path.split("/"), mode, blob)
                    root = Tree(library, bytes.fromhex(object_id), _TREE_MODE, "")
                    stored.append(StoredFile(file, mode, blob))
                return tuple(stored), root.hexsha
        except (LibraryError, OSError, ValueError, TypeError) as error:
            from traceback import clear_frames

            # GitPython leaves the pipes of a process that failed open, in the frames of the traceback.
            clear_frames(error.__traceback__)
            raise GitError(f"the commit could not be written: {error}; nothing was changed") from error


def _find_mode(root: Tree, path: str) -> int:
    """Return the mode of a file, which an edit keeps; that of a regular file where the tree does not have it."""
    try:
        return int(root[path].mode)
    except KeyError:
        return _FILE_MODE


def _store_tree(git: Git, tree: Tree | None, parts: Sequence[str], mode: int, blob: str | None) -> str:
    """Store a tree in which one file is replaced, or removed if ``blob`` is None; return the id of the new tree."""
    from git import Tree

    items = {str(item.path).rpartition("/")[2]: item for item in tree or ()}
    entries = {name: (item.mode, item.hexsha) for name, item in items.items()}
    name, *rest = parts
    if rest:
        below = found if isinstance(found := items.get(name), Tree) else None
        mode, blob = _TREE_MODE, _store_tree(git, below, rest, mode, blob)
    # As in git, an empty folder is not stored.
    if blob is None or blob == _EMPTY_TREE:
        entries.pop(name, None)
    else:
        entries[name] = (mode, blob)
    lines = [f"{mode:06o} {_TYPES.get(mode, 'blob')} {object_id}\t{key}" for key, (mode, object_id) in entries.items()]
    data = "".join(f"{line}\0" for line in lines).encode(errors="surrogateescape")
    # Entries that did not change may be missing, in a partial clone.
    return _store(git, data, "mktree", "-z", "--missing")


def _store(git: Git, data: bytes, command: str, *arguments: str) -> str:
    """Run a git command that stores ``data`` as an object, flushed to the disk; return the id of the object."""
    process = git.execute(["git", *FSYNC, command, *arguments], istream=subprocess.PIPE, as_process=True)
    output, errors = process.communicate(data)
    if process.returncode != 0:
        result = subprocess.CompletedProcess([command], process.returncode, output, errors)
        raise GitError(f"git {command} failed: {explain(result)}; nothing was changed")
    return str(output.decode().strip())


@contextmanager
def _without_git_variables() -> Iterator[None]:
    """Remove the variables that git sets inside hooks while GitPython starts processes: it can add some, not remove."""
    hidden = {name: value for name, value in os.environ.items() if name not in clean_environment()}
    for name in hidden:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(hidden)


def init_repository(folder: Path, branch: str) -> None:
    """Create a repository in a folder."""
    result = try_write(str(folder), ["init", "--quiet", f"--initial-branch={branch}"])
    if result.returncode != 0:
        raise GitError(f"git init failed: {explain(result)}")
