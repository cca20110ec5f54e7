"""Write to a repository: one commit that changes one file, by compare-and-swap, beside whatever the user is doing.

GitPython builds the blob and the tree; git itself makes the commit, because it knows who the author is and how they
sign, and moves the branch, because it compares and swaps.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from basalt_cli.adapters.file_write import replace_file
from basalt_cli.adapters.git_process import clean_environment, explain
from basalt_cli.adapters.git_read import Repository
from basalt_cli.errors import BasaltError, GitError, LostRaceError

_FILE_MODE = 0o100644
_FSYNC = ("-c", "core.fsync=committed,reference", "-c", "core.fsyncMethod=fsync")


class Worktree(NamedTuple):
    """A folder in which a branch is checked out."""

    folder: str


class FileEdit(NamedTuple):
    """A new content for one file of a branch: ``expected`` is the branch's tip that the content was worked out from."""

    branch: str
    expected: str
    path: str
    old: bytes | None
    new: bytes
    message: str


def commit_file(repository: Repository, edit: FileEdit) -> str:
    """Commit one file on a branch and return the commit.

    Worktrees that have the branch checked out move along, and only this file in them. Raises LostRaceError when the
    branch moved meanwhile, BasaltError when a worktree stands in the way; nothing is changed then.
    """
    with _one_at_a_time(repository):
        _require_unmoved(repository, edit)
        worktrees = find_worktrees(repository, edit.branch)
        for worktree in worktrees:
            _require_unchanged(repository, worktree, edit)
        mode = _find_mode(repository, edit)
        blob, tree = _write_tree(repository, edit, mode)
        commit = _write_commit(repository, edit, tree)
        _move_branch(repository, edit, commit)
        for worktree in worktrees:
            _move_worktree(worktree, edit, blob, mode)
    return commit


@contextmanager
def _one_at_a_time(repository: Repository) -> Iterator[None]:
    """Let promoters of one clone wait for each other: between branch and worktree nobody looks on.

    The system gives the lock up with the process that holds it. Where there are no such locks, compare-and-swap alone
    decides, and the loser may be told of a change that the winner is just making.
    """
    try:
        import fcntl

        descriptor = os.open(Path(repository.common_dir, "basalt.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except (ImportError, OSError):
        yield
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _require_unmoved(repository: Repository, edit: FileEdit) -> None:
    tip = (
        _git(repository.folder, "rev-parse", "--verify", "--quiet", f"refs/heads/{edit.branch}").stdout.decode().strip()
    )
    if tip != edit.expected:
        raise _lost_race(edit)


def _lost_race(edit: FileEdit) -> LostRaceError:
    hint = "Look at basalt status, and promote again."
    return LostRaceError(f"{edit.branch} was moved by somebody else meanwhile; nothing was changed", hint=hint)


def find_worktrees(repository: Repository, branch: str) -> tuple[Worktree, ...]:
    """Return the worktrees that have a branch checked out; raise BasaltError while one rebases or bisects it."""
    _require_idle(repository, branch)
    # Without -z, which git knows since 2.36 only: no path of a worktree has an empty line in it.
    listed = _run(repository, "worktree", "list", "--porcelain").split("\n\n")
    found = []
    for block in listed:
        fields = dict(line.partition(" ")[::2] for line in block.strip("\n").split("\n") if line)
        if fields.get("branch") == f"refs/heads/{branch}" and "bare" not in fields and "prunable" not in fields:
            if not Path(fields["worktree"]).is_dir():
                where = f"the worktree {fields['worktree']}, which has {branch} checked out,"
                hint = "Bring it back, or forget it: git worktree unlock, then git worktree prune."
                raise BasaltError(f"{where} is gone; nothing was moved", hint=hint)
            found.append(Worktree(fields["worktree"]))
    return tuple(found)


def _require_idle(repository: Repository, branch: str) -> None:
    common = Path(repository.common_dir)
    for git_dir in (common, *common.glob("worktrees/*")):
        for name, doing in (
            ("rebase-merge/head-name", "rebased"),
            ("rebase-apply/head-name", "rebased"),
            ("BISECT_START", "bisected"),
        ):
            marker = git_dir / name
            if marker.is_file() and marker.read_text(errors="replace").strip() in (branch, f"refs/heads/{branch}"):
                where = _worktree_of(git_dir, common, repository)
                hint = "Finish or abort that first."
                raise BasaltError(f"{branch} is being {doing} in {where}; nothing was moved", hint=hint)


def _worktree_of(git_dir: Path, common: Path, repository: Repository) -> str:
    if git_dir == common:
        return repository.work_tree or str(common)
    return str(Path((git_dir / "gitdir").read_text(encoding="utf-8").strip()).parent)


def _require_unchanged(repository: Repository, worktree: Worktree, edit: FileEdit) -> None:
    """Refuse to touch a worktree whose file, staged or on disk, is not the branch's own."""
    _require_checked_out(worktree, edit)
    staged = _git(worktree.folder, "ls-files", "--stage", "-z", "--", edit.path).stdout.decode(errors="surrogateescape")
    committed = _run(repository, "ls-tree", "-z", edit.expected, "--", edit.path)
    staged_blob = staged.split(" ")[1] if staged else None
    committed_blob = committed.split(" ")[2].split("\t")[0] if committed else None
    file = Path(worktree.folder, edit.path)
    on_disk = file.read_bytes() if file.is_file() else None
    hint = f"Commit or undo that change first: git -C {worktree.folder} diff HEAD -- {edit.path}"
    if committed_blob is None and staged_blob is None and on_disk is not None:
        raise BasaltError(
            f"{edit.path} is not committed in {worktree.folder}; nothing was moved", hint="Commit it first."
        )
    if staged_blob != committed_blob:
        raise BasaltError(f"{edit.path} has staged changes in {worktree.folder}; nothing was moved", hint=hint)
    if _plain(on_disk) != _plain(edit.old):
        raise BasaltError(f"{edit.path} has uncommitted changes in {worktree.folder}; nothing was moved", hint=hint)
    git_dir = _git(worktree.folder, "rev-parse", "--absolute-git-dir").stdout.decode().strip()
    _refuse_lock(Path(git_dir, "index.lock"))


def _require_checked_out(worktree: Worktree, edit: FileEdit) -> None:
    """Refuse a file that is in conflict, or that a sparse checkout leaves out."""
    if _git(worktree.folder, "ls-files", "--unmerged", "-z", "--", edit.path).stdout:
        hint = f"Resolve it first: git -C {worktree.folder} status"
        raise BasaltError(f"{edit.path} is in conflict in {worktree.folder}; nothing was moved", hint=hint)
    if _git(worktree.folder, "ls-files", "-v", "-z", "--", edit.path).stdout[:1] in (b"S", b"s"):
        hint = "Bring it into the checkout (git sparse-checkout add, git update-index --no-skip-worktree)."
        raise BasaltError(f"{edit.path} is left out of the checkout in {worktree.folder}; nothing was moved", hint=hint)


def _find_mode(repository: Repository, edit: FileEdit) -> int:
    committed = _run(repository, "ls-tree", "-z", edit.expected, "--", edit.path)
    return int(committed[:6], 8) if committed else _FILE_MODE


def _plain(data: bytes | None) -> bytes | None:
    return data.replace(b"\r\n", b"\n") if data is not None else None


def _refuse_lock(lock: Path) -> None:
    try:
        age_seconds = int(time.time() - lock.stat().st_mtime)
    except FileNotFoundError:
        return
    hint = "Wait for the git command that holds it; if none is running, remove the file."
    raise BasaltError(f"{lock} exists, {age_seconds} seconds old; nothing was moved", hint=hint)


def _write_tree(repository: Repository, edit: FileEdit, mode: int) -> tuple[str, str]:
    """Store the file and the trees above it, and return the ids of the blob and of the new root."""
    from git import Repo
    from git.exc import GitError as LibraryError

    with _without_git_variables():
        try:
            with Repo(repository.common_dir) as library:
                blob = _store(library, b"blob", edit.new)
                root = _store_tree(library, library.commit(edit.expected).tree, edit.path.split("/"), blob, mode)
        except (LibraryError, OSError, ValueError) as error:
            raise GitError(f"the promotion could not be written: {error}", hint="Nothing was moved.") from error
    return blob.hex(), root.hex()


def _store_tree(library: Any, tree: Any, parts: list[str], blob: bytes, mode: int) -> bytes:
    from git.objects import Tree

    name, *rest = parts
    if not rest:
        tree.cache.add(blob, mode, name, force=True)
    else:
        subtree = next((item for item in tree.trees if item.name == name), None) or Tree(library, Tree.NULL_BIN_SHA)
        tree.cache.add(_store_tree(library, subtree, rest, blob, mode), Tree.tree_id << 12, name, force=True)
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


def _write_commit(repository: Repository, edit: FileEdit, tree: str) -> str:
    signs = _git(repository.folder, "config", "--type=bool", "--get", "commit.gpgSign").stdout.strip() == b"true"
    arguments = ["commit-tree", *(["-S"] if signs else []), "-p", edit.expected, tree]
    result = _git(repository.folder, *_FSYNC, *arguments, data=edit.message.encode(errors="replace"))
    if result.returncode != 0:
        hint = (
            "Tell git who you are: git config user.name and git config user.email."
            if b"user.name" in result.stderr
            else None
        )
        reason = "git does not know who you are" if hint else explain(result)
        raise GitError(f"the promotion could not be committed: {reason}; nothing was moved", hint=hint)
    return result.stdout.decode().strip()


def _move_branch(repository: Repository, edit: FileEdit, commit: str) -> None:
    subject = edit.message.partition("\n")[0]
    arguments = ("update-ref", "-m", f"basalt: {subject}", f"refs/heads/{edit.branch}", commit, edit.expected)
    result = _git(repository.folder, *_FSYNC, *arguments)
    if result.returncode == 0:
        return
    if b"but expected" in result.stderr:
        raise _lost_race(edit)
    lock = Path(repository.common_dir, "refs", "heads", f"{edit.branch}.lock")
    _refuse_lock(lock)
    raise GitError(f"{edit.branch} could not be moved: {explain(result)}; nothing was changed")


def _move_worktree(worktree: Worktree, edit: FileEdit, blob: str, mode: int) -> None:
    """Bring the index entry and the file of a worktree to the new commit; the promotion itself already holds."""
    arguments = ("update-index", "--add", "--cacheinfo", f"{mode:o},{blob},{edit.path}")
    result = _git(worktree.folder, *arguments)
    try:
        if result.returncode == 0:
            replace_file(Path(worktree.folder, edit.path), edit.new)
            # git notes the new file's time, or would take it for changed until it looks; it may say no for others.
            _git(worktree.folder, "update-index", "-q", "--refresh")
            return
        reason = explain(result)
    except OSError as error:
        reason = str(error)
    hint = f"Bring it up to date: git -C {worktree.folder} checkout HEAD -- {edit.path}"
    raise GitError(f"the promotion holds, but {worktree.folder}/{edit.path} could not follow: {reason}", hint=hint)


class TagToMake(NamedTuple):
    """An annotated tag: its name, the commit it names, and its message."""

    name: str
    commit: str
    message: str


def create_tags(repository: Repository, tags: Sequence[TagToMake]) -> None:
    """Make annotated tags, all of them or none; raise LostRaceError where one of them is there already."""
    if _git(repository.folder, "config", "--type=bool", "--get", "tag.gpgSign").stdout.strip() == b"true":
        for tag in tags:
            _create_signed(repository, tag)
        return
    tagger = _git(repository.folder, "var", "GIT_COMMITTER_IDENT")
    if tagger.returncode != 0:
        hint = "Tell git who you are: git config user.name and git config user.email."
        raise GitError("the release could not be tagged: git does not know who you are", hint=hint)
    commands = []
    for tag in tags:
        head = f"object {tag.commit}\ntype commit\ntag {tag.name}\ntagger {tagger.stdout.decode().strip()}\n\n"
        made = _git(repository.folder, *_FSYNC, "mktag", data=(head + tag.message).encode(errors="replace"))
        if made.returncode != 0:
            raise GitError(f"the tag {tag.name} could not be made: {explain(made)}; nothing was released")
        commands.append(f"create refs/tags/{tag.name} {made.stdout.decode().strip()}\n")
    data = "".join(["start\n", *commands, "commit\n"]).encode()
    _require_created(_git(repository.folder, *_FSYNC, "update-ref", "--stdin", data=data))


def _create_signed(repository: Repository, tag: TagToMake) -> None:
    arguments = ("tag", "-s", "-F", "-", tag.name, tag.commit)
    _require_created(_git(repository.folder, *_FSYNC, *arguments, data=tag.message.encode(errors="replace")))


def _require_created(result: subprocess.CompletedProcess[bytes]) -> None:
    if result.returncode == 0:
        return
    reason = explain(result)
    blocking = re.search(r"'refs/tags/([^']+)' exists; cannot create", reason)
    if blocking is not None:
        hint = f"Rename it: git tag new-name {blocking.group(1)}, then git tag -d {blocking.group(1)}."
        raise BasaltError(f"the tag {blocking.group(1)!r} stands in the way; nothing was released", hint=hint)
    if "already exists" in reason:
        hint = "Look at basalt log, and release again."
        raise LostRaceError(f"somebody else made that release first: {reason}; nothing was released", hint=hint)
    raise GitError(f"the release could not be tagged: {reason}; nothing was released")


def init_repository(folder: Path, branch: str) -> None:
    """Make a repository in a folder."""
    result = _git(str(folder), "init", "--quiet", f"--initial-branch={branch}")
    if result.returncode != 0:
        raise GitError(f"git init failed: {explain(result)}")


def _run(repository: Repository, *arguments: str) -> str:
    result = _git(repository.folder, *arguments)
    if result.returncode != 0:
        raise GitError(f"git {arguments[0]} failed: {explain(result)}")
    return result.stdout.decode(errors="surrogateescape")


def _git(folder: str, *arguments: str, data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {**clean_environment(), "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", "--literal-pathspecs", "-c", "core.fsmonitor=false", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, input=data, capture_output=True, check=False)
