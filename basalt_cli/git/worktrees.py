"""Worktrees that have a branch checked out: check that the branch may move, and update their files after it did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from basalt_cli.errors import BasaltError, LeftBehindError
from basalt_cli.files.write import replace_file, sweep_beside
from basalt_cli.git.command import refuse_lock, run_write, try_write
from basalt_cli.git.process import explain
from basalt_cli.git.read import Repository


class Worktree(NamedTuple):
    """A folder in which a branch is checked out."""

    folder: str


class FileEdit(NamedTuple):
    """A change of one file: its path, and its content before and after; None if the file does not exist."""

    path: str
    old: bytes | None
    new: bytes | None


class StoredFile(NamedTuple):
    """An edited file in the new commit: its mode, and its blob, None if the file is removed."""

    edit: FileEdit
    mode: int
    blob: str | None


def find_worktrees(repository: Repository, branch: str) -> tuple[Worktree, ...]:
    """Return the worktrees that have a branch checked out; raise BasaltError if one of them rebases or bisects it."""
    _require_idle(repository, branch)
    # Without -z, which needs git 2.36: no path of a worktree contains an empty line.
    listed = run_write(repository, "worktree", "list", "--porcelain").split("\n\n")
    found = []
    for block in listed:
        fields = dict(line.partition(" ")[::2] for line in block.strip("\n").split("\n") if line)
        if fields.get("branch") == f"refs/heads/{branch}" and "bare" not in fields and "prunable" not in fields:
            if not Path(fields["worktree"]).is_dir():
                where = f"the worktree {fields['worktree']}, which has {branch} checked out,"
                hint = "Restore its folder, or run git worktree unlock and git worktree prune."
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
                hint = "Finish or abort that first, or put the move on a branch: --branch NAME."
                raise BasaltError(f"{branch} is being {doing} in {where}; nothing was moved", hint=hint)


def _worktree_of(git_dir: Path, common: Path, repository: Repository) -> str:
    if git_dir == common:
        return repository.work_tree or str(common)
    return str(Path((git_dir / "gitdir").read_text(encoding="utf-8").strip()).parent)


def require_unchanged(repository: Repository, worktree: Worktree, tip: str, edits: Sequence[FileEdit]) -> None:
    """Raise BasaltError if a file, staged or on disk, differs from the branch's tip, or the index is locked."""
    for edit in edits:
        _require_checked_out(worktree, edit.path)
        _require_same(repository, worktree, tip, edit)
    git_dir = try_write(worktree.folder, ["rev-parse", "--absolute-git-dir"]).stdout.decode().strip()
    refuse_lock(Path(git_dir, "index.lock"))


def _require_checked_out(worktree: Worktree, path: str) -> None:
    """Raise BasaltError for a file that is in conflict, or that a sparse checkout leaves out."""
    listed = try_write(worktree.folder, ["ls-files", "-v", "--stage", "-z", "--", path]).stdout
    fields = listed.split(b"\t")[0].split(b" ")
    where = f"in {worktree.folder}; nothing was moved"
    if len(fields) == 4 and fields[3] != b"0":
        raise BasaltError(f"{path} is in conflict {where}", hint=f"Resolve it first: git -C {worktree.folder} status")
    if listed[:1] in (b"S", b"s"):
        hint = "Add it to the checkout: git sparse-checkout add, or git update-index --no-skip-worktree."
        raise BasaltError(f"{path} is left out of the checkout {where}", hint=hint)


def _require_same(repository: Repository, worktree: Worktree, tip: str, edit: FileEdit) -> None:
    staged_blob = _find_staged_blob(worktree, edit.path)
    committed_blob = _find_committed_blob(repository, tip, edit.path)
    file = Path(worktree.folder, edit.path)
    on_disk = file.read_bytes() if file.is_file() else None
    where = f"in {worktree.folder}; nothing was moved"
    hint = f"Commit or undo that change first: git -C {worktree.folder} diff HEAD -- {edit.path}"
    if committed_blob is None and staged_blob is None and on_disk is not None:
        raise BasaltError(f"{edit.path} is not committed {where}", hint="Commit it first.")
    if staged_blob != committed_blob:
        raise BasaltError(f"{edit.path} has staged changes {where}", hint=hint)
    if _plain(on_disk) != _plain(edit.old):
        raise BasaltError(f"{edit.path} has uncommitted changes {where}", hint=hint)


def _find_staged_blob(worktree: Worktree, path: str) -> str | None:
    listed = try_write(worktree.folder, ["ls-files", "--stage", "-z", "--", path]).stdout
    return listed.split(b" ")[1].decode() if listed else None


def _find_committed_blob(repository: Repository, commit: str, path: str) -> str | None:
    listed = run_write(repository, "ls-tree", "-z", "--full-tree", commit, "--", path)
    return listed.split(" ")[2].split("\t")[0] if listed else None


def _plain(data: bytes | None) -> bytes | None:
    return data.replace(b"\r\n", b"\n") if data is not None else None


def move_worktree(worktree: Worktree, files: Sequence[StoredFile]) -> None:
    """Update index entries and files of a worktree to the new commit; raise LeftBehindError if that fails.

    The branch has moved already, so the promotion is valid in both cases.
    """
    lines = "".join(
        f"{stored.mode:o} {stored.blob}\t{stored.edit.path}\n" if stored.blob else f"0 {'0' * 40}\t{stored.edit.path}\n"
        for stored in files
    )
    result = try_write(worktree.folder, ["update-index", "--index-info"], lines.encode(errors="surrogateescape"))
    paths = [stored.edit.path for stored in files]
    try:
        if result.returncode == 0:
            for stored in files:
                _replace(Path(worktree.folder, stored.edit.path), stored.edit.new)
            # Without this the index has the old file's time. It exits with 1 if other files are modified.
            try_write(worktree.folder, ["update-index", "-q", "--refresh"])
            return
        reason = explain(result)
    except OSError as error:
        reason = str(error)
    hint = f"Update it: git -C {worktree.folder} checkout HEAD -- {' '.join(paths)}"
    place = f"{worktree.folder}/{paths[0]}"
    raise LeftBehindError(f"the promotion holds, but {place} could not be updated: {reason}", hint=hint)


def _replace(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, content)


class Journal(NamedTuple):
    """A move of a branch in progress: its new commit, and path, mode, old and new blob of each changed file."""

    branch: str
    commit: str
    files: tuple[tuple[str, int, str | None, str | None], ...]


def _journal_path(repository: Repository) -> Path:
    return Path(repository.common_dir, "basalt-journal.json")


def write_journal(repository: Repository, branch: str, commit: str, files: Sequence[StoredFile]) -> None:
    """Record a move of a branch before it starts, so that another process can finish it if this one dies."""
    entries = []
    for stored in files:
        before = _find_committed_blob(repository, f"{commit}^", stored.edit.path)
        entries.append((stored.edit.path, stored.mode, before, stored.blob))
    replace_file(_journal_path(repository), json.dumps([branch, commit, entries]).encode(), is_durable=True)


def read_journal(repository: Repository) -> Journal | None:
    """Return the move that a process has not finished; None if there is none."""
    try:
        branch, commit, files = json.loads(_journal_path(repository).read_bytes())
        return Journal(branch, commit, tuple((path, mode, before, after) for path, mode, before, after in files))
    except (OSError, ValueError, TypeError):
        return None


def delete_journal(repository: Repository) -> None:
    """Delete the record of a move."""
    _journal_path(repository).unlink(missing_ok=True)


def follow_journal(repository: Repository, worktree: Worktree, journal: Journal) -> None:
    """Update a worktree to the new commit if each file, staged and on disk, is in its old or its new state."""
    files = []
    for path, mode, before, after in journal.files:
        sweep_beside(Path(worktree.folder, path))
        if _find_staged_blob(worktree, path) not in (before, after) or _hash_on_disk(worktree, path) not in (
            before,
            after,
        ):
            return
        content = try_write(repository.folder, ["cat-file", "blob", after]).stdout if after is not None else None
        files.append(StoredFile(FileEdit(path, None, content), mode, after))
    move_worktree(worktree, files)


def _hash_on_disk(worktree: Worktree, path: str) -> str | None:
    if not Path(worktree.folder, path).is_file():
        return None
    return try_write(worktree.folder, ["hash-object", "--", path]).stdout.decode().strip()
