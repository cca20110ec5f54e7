"""Worktrees that have a branch checked out: what stops a move, and how they are updated."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.errors import BasaltError, LeftBehindError
from basalt_cli.git.worktrees import (
    FileEdit,
    Journal,
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
from basalt_cli.git.write import CommitEdit, commit_files, move_branch, write_commit

from tests.git.repositories import DEPLOYMENTS, edit, found
from tests.support import Repo


def check(repo: Repo, path: str = "deployments.yaml", old: bytes | None = DEPLOYMENTS.encode()) -> None:
    require_unchanged(found(repo.path), Worktree(str(repo.path)), repo.head, [FileEdit(path, old, b"new\n")])


def test_the_worktrees_of_a_branch_are_found(repo: Repo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "tree with blank"))
    repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "detached"))
    repository = found(repo.path)
    assert find_worktrees(repository, "main") == (Worktree(str(repo.path)),)
    assert find_worktrees(repository, "other") == (Worktree(str(tmp_path / "tree with blank")),)
    assert find_worktrees(repository, "none") == ()


def test_a_bare_repository_has_no_worktree(repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    assert find_worktrees(found(tmp_path / "bare.git"), "main") == ()


def test_a_worktree_that_is_gone_is_ignored_unless_it_is_locked(repo: Repo, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    repo.git("worktree", "add", "--quiet", "-b", "other", str(tree))
    tree.rename(tmp_path / "moved")
    assert find_worktrees(found(repo.path), "other") == ()
    repo.git("worktree", "lock", str(tree))
    message = f"the worktree {tree}, which has other checked out, is gone; nothing was moved"
    with pytest.raises(BasaltError, match=f"^{message}$") as caught:
        find_worktrees(found(repo.path), "other")
    assert caught.value.hint == "Restore its folder, or run git worktree unlock and git worktree prune."


def test_another_worktree_is_updated_with_its_branch(repo: Repo, tmp_path: Path) -> None:
    repo.git("switch", "--quiet", "--create", "other")
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "main")
    commit_files(found(repo.path), "main", edit(repo))
    tree = Repo(tmp_path / "tree")
    assert tree.read("deployments.yaml") == "new\n"
    assert tree.git("status", "--porcelain") == ""
    assert repo.read("deployments.yaml") == DEPLOYMENTS


@pytest.mark.parametrize("how", ["merge", "apply"])
def test_a_rebase_of_the_branch_stops_a_move(repo: Repo, how: str) -> None:
    repo.commit("one", {"x": "1"})
    repo.git("switch", "--quiet", "--create", "side", "HEAD~1")
    repo.commit("two", {"x": "2"})
    repo.git("switch", "--quiet", "main")
    repo.git("rebase", f"--{how}", "side", check=False)
    with pytest.raises(BasaltError, match=rf"^main is being rebased in {repo.path}; nothing was moved$") as caught:
        commit_files(found(repo.path), "main", edit(repo))
    assert caught.value.hint == "Finish or abort that first, or put the move on a branch: --branch NAME."
    assert find_worktrees(found(repo.path), "side") == ()


def test_a_bisection_of_the_branch_stops_a_move_in_a_linked_worktree_too(repo: Repo, tmp_path: Path) -> None:
    repo.commit("one", {"x": "1"})
    repo.commit("two", {"x": "2"})
    repo.git("switch", "--quiet", "--create", "other")
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "main")
    Repo(tmp_path / "tree").git("bisect", "start", "HEAD", "HEAD~2")
    with pytest.raises(BasaltError, match=rf"^main is being bisected in {tmp_path / 'tree'}; nothing was moved$"):
        find_worktrees(found(repo.path), "main")


def test_a_file_as_it_is_committed_may_be_changed(repo: Repo) -> None:
    check(repo)
    repo.write("deployments.yaml", DEPLOYMENTS.replace("\n", "\r\n"))
    repo.git("config", "core.autocrlf", "true")
    check(repo)
    check(repo, "new.yaml", None)


def test_a_file_that_differs_stops_a_move(repo: Repo) -> None:
    hint = f"Commit or undo that change first: git -C {repo.path} diff HEAD -- deployments.yaml"
    repo.write("deployments.yaml", "mine\n")
    with pytest.raises(BasaltError) as dirty:
        check(repo)
    assert dirty.value.message == f"deployments.yaml has uncommitted changes in {repo.path}; nothing was moved"
    repo.git("add", "deployments.yaml")
    with pytest.raises(BasaltError) as staged:
        check(repo)
    assert staged.value.message == f"deployments.yaml has staged changes in {repo.path}; nothing was moved"
    repo.write("new.yaml", "mine\n")
    with pytest.raises(BasaltError) as untracked:
        check(repo, "new.yaml", None)
    assert untracked.value.message == f"new.yaml is not committed in {repo.path}; nothing was moved"
    assert [dirty.value.hint, staged.value.hint, untracked.value.hint] == [hint, hint, "Commit it first."]


def test_a_deleted_file_stops_a_move(repo: Repo) -> None:
    (repo.path / "deployments.yaml").unlink()
    with pytest.raises(BasaltError, match=r"^deployments.yaml has uncommitted changes"):
        check(repo)


def test_a_conflict_or_a_sparse_checkout_stops_a_move(repo: Repo) -> None:
    repo.git("update-index", "--skip-worktree", "deployments.yaml")
    with pytest.raises(BasaltError, match=rf"^deployments.yaml is left out of the checkout in {repo.path}; nothing"):
        check(repo)
    repo.git("update-index", "--no-skip-worktree", "deployments.yaml")
    repo.git("switch", "--quiet", "--create", "side")
    repo.commit("side", {"deployments.yaml": "side\n"})
    repo.git("switch", "--quiet", "main")
    repo.commit("main", {"deployments.yaml": "main\n"})
    repo.git("merge", "side", check=False)
    with pytest.raises(BasaltError, match=rf"^deployments.yaml is in conflict in {repo.path}; nothing was moved$"):
        check(repo)


def test_an_edited_file_stops_a_commit_and_stays_as_it_is(repo: Repo) -> None:
    repo.write("deployments.yaml", "mine\n")
    before, status = repo.head, repo.git("status", "--porcelain")
    with pytest.raises(BasaltError, match="nothing was moved"):
        commit_files(found(repo.path), "main", edit(repo))
    assert (repo.head, repo.git("status", "--porcelain")) == (before, status)
    assert repo.read("deployments.yaml") == "mine\n"


def test_a_worktree_that_cannot_be_updated_is_named(repo: Repo) -> None:
    commit = write_commit(found(repo.path), edit(repo))
    repo.write(".git/index.lock", "")
    with pytest.raises(LeftBehindError) as caught:
        move_worktree(Worktree(str(repo.path)), commit.files)
    place = f"{repo.path}/deployments.yaml"
    assert caught.value.message.startswith(f"the promotion holds, but {place} could not be updated: Unable to create")
    assert caught.value.hint == f"Update it: git -C {repo.path} checkout HEAD -- deployments.yaml"
    assert repo.read("deployments.yaml") == DEPLOYMENTS


def test_a_journal_is_read_as_it_was_written(repo: Repo) -> None:
    repository = found(repo.path)
    assert read_journal(repository) is None
    files = (
        FileEdit("deployments.yaml", None, b"new\n"),
        FileEdit("new.yaml", None, b"x"),
        FileEdit("basalt.yaml", None, None),
    )
    commit = write_commit(repository, CommitEdit(repo.head, files, "Subject\n"))
    write_journal(repository, "main", commit.id, commit.files)
    before = [repo.git("rev-parse", f"HEAD:{name}") for name in ("deployments.yaml", "basalt.yaml")]
    new, added, _ = (stored.blob for stored in commit.files)
    assert read_journal(repository) == Journal(
        "main", commit.id,
        (
            ("deployments.yaml", 0o100644, before[0], new), ("new.yaml", 0o100644, None, added),
            ("basalt.yaml", 0o100644, before[1], None),
        ),
    )  # fmt: skip
    delete_journal(repository)
    delete_journal(repository)
    assert read_journal(repository) is None


@pytest.mark.parametrize("text", ["", "[", "[1]", '["main", "x", 1]', "{}", '["main", "x", [[1]]]'])
def test_a_journal_that_is_damaged_is_none(repo: Repo, text: str) -> None:
    repo.write(".git/basalt-journal.json", text)
    assert read_journal(found(repo.path)) is None


@pytest.mark.parametrize("state", ["old", "staged", "on disk", "new"])
def test_an_interrupted_update_is_finished_from_any_state(repo: Repo, state: str) -> None:
    repository, old = found(repo.path), repo.head
    commit = write_commit(repository, edit(repo))
    write_journal(repository, "main", commit.id, commit.files)
    move_branch(repository, "main", old, commit.id, "Subject")
    if state in ("on disk", "new"):
        repo.write("deployments.yaml", "new\n")
    if state in ("staged", "new"):
        repo.git("update-index", "--cacheinfo", f"100644,{commit.files[0].blob},deployments.yaml")
    journal = read_journal(repository)
    assert journal is not None
    follow_journal(repository, Worktree(str(repo.path)), journal)
    assert repo.read("deployments.yaml") == "new\n"
    assert repo.git("status", "--porcelain") == ""


def test_an_interrupted_update_leaves_a_file_that_was_edited_since(repo: Repo) -> None:
    repository, old = found(repo.path), repo.head
    commit = write_commit(repository, edit(repo))
    write_journal(repository, "main", commit.id, commit.files)
    move_branch(repository, "main", old, commit.id, "Subject")
    repo.write("deployments.yaml", "mine\n")
    before = repo.git("status", "--porcelain")
    journal = read_journal(repository)
    assert journal is not None
    follow_journal(repository, Worktree(str(repo.path)), journal)
    assert repo.read("deployments.yaml") == "mine\n"
    assert repo.git("status", "--porcelain") == before


def test_a_removed_file_leaves_index_and_disk(repo: Repo) -> None:
    move_worktree(Worktree(str(repo.path)), [StoredFile(FileEdit("deployments.yaml", None, None), 0o100644, None)])
    assert repo.git("status", "--porcelain") == "D  deployments.yaml"


def test_a_file_in_the_place_of_a_folder_is_kept_and_said(repo: Repo) -> None:
    file = FileEdit("x/deployments.yaml", None, b"new\n")
    commit = write_commit(found(repo.path), CommitEdit(repo.head, (file,), "Subject\n"))
    repo.write("x", "mine")
    place = f"{repo.path}/x/deployments.yaml"
    with pytest.raises(LeftBehindError, match=rf"^the promotion holds, but {place} could not be updated: .*exists"):
        move_worktree(Worktree(str(repo.path)), commit.files)
    assert repo.read("x") == "mine"


def test_an_interrupted_update_does_not_bring_back_a_file_that_was_deleted_since(repo: Repo) -> None:
    repository, old = found(repo.path), repo.head
    commit = write_commit(repository, edit(repo))
    write_journal(repository, "main", commit.id, commit.files)
    move_branch(repository, "main", old, commit.id, "Subject")
    (repo.path / "deployments.yaml").unlink()
    journal = read_journal(repository)
    assert journal is not None
    follow_journal(repository, Worktree(str(repo.path)), journal)
    assert not (repo.path / "deployments.yaml").exists()
