"""Moves pointers in deployments.yaml: on the trunk, at a remote, on a new branch, or in the working tree alone."""

from __future__ import annotations

from basalt_cli.errors import BasaltError, LostRaceError
from basalt_cli.files.write import replace_file
from basalt_cli.git.remote import list_remotes
from basalt_cli.git.worktrees import FileEdit
from basalt_cli.git.write import (
    CommitEdit,
    commit_files,
    delete_branch,
    move_branch,
    one_at_a_time,
    require_branch_name,
    write_commit,
)
from basalt_cli.model.config import DEPLOYMENTS_NAME
from basalt_cli.model.pointer import Move, Plan
from basalt_cli.pointers.deployments_edit import set_pointers
from basalt_cli.pointers.deployments_file import EMPTY, parse_deployments
from basalt_cli.pointers.file_reader import FileReader
from basalt_cli.pointers.pointer_record import format_record
from basalt_cli.pointers.pushing import push_branch, push_commit
from basalt_cli.pointers.types import (
    Delivery,
    Receipt,
    require_same_policy,
    require_unmoved,
)
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk, get_trunk

_MOST_LOCAL_ATTEMPTS = 5


class FileWriter:
    """Moves the pointers that ``FileReader`` reads; ``trunk`` is the one that the plan was judged on."""

    def __init__(self, project: Project, trunk: Trunk) -> None:
        self._project = project
        self._trunk = trunk
        self._reader = FileReader(project, trunk)

    def write(self, plan: Plan, delivery: Delivery) -> Receipt:
        """Make the moves of a plan, as one commit that touches deployments.yaml alone."""
        if delivery.edits_only:
            return self._edit_only(plan)
        if delivery.branch is not None:
            return self._propose(plan, delivery)
        if delivery.remote is not None:
            return push_commit(
                self._project, delivery.remote, format_record(plan), lambda tip: self._edit_at(tip, plan)
            )
        return self._commit(plan)

    def _edit_at(self, tip: str, plan: Plan) -> FileEdit:
        """Return the edit of the file at a commit; raise LostRaceError where a pointer of the plan has moved there."""
        require_same_policy(self._project, self._trunk, self._trunk._replace(commit=tip))
        require_unmoved(self._reader.read_at(tip), plan, self._reader.list_events_at(tip))
        old = self._project.read_committed(tip, DEPLOYMENTS_NAME)
        return FileEdit(self._project.prefix + DEPLOYMENTS_NAME, old, apply_moves(old, plan.moves))

    def _commit(self, plan: Plan) -> Receipt:
        message = format_record(plan)
        with one_at_a_time(self._project.repository):
            for attempt in range(_MOST_LOCAL_ATTEMPTS):
                tip = self._require_writable()
                edit = CommitEdit(tip, (self._edit_at(tip, plan),), message)
                try:
                    return Receipt(
                        True,
                        commit_files(self._project.repository, self._project.config.trunk, edit),
                        notes=self._notes(),
                    )
                except LostRaceError:
                    # git itself does not wait for the lock: the branch has moved, so read it again.
                    if attempt == _MOST_LOCAL_ATTEMPTS - 1:
                        raise
        raise AssertionError

    def _require_writable(self) -> str:
        trunk, name = get_trunk(self._project), self._project.config.trunk
        upstream = trunk.upstream_ref.removeprefix("refs/remotes/")
        if trunk.local is None:
            start = trunk.ref.removeprefix("refs/remotes/")
            hint = f"Create it: git branch {name} {start}; or move the pointers at the remote: --push."
            raise BasaltError(f"there is no local branch {name} to commit the promotion on", hint=hint)
        if trunk.local != trunk.commit:
            state = "has diverged from" if trunk.warning else "is behind"
            pull = f"git pull{' --rebase' if trunk.warning else ' --ff-only'}"
            hint = f"Bring it up to date: {pull} on {name}; or promote on {upstream}: --push."
            raise BasaltError(f"{name} {state} {upstream}; nothing was moved", hint=hint)
        return trunk.local

    def _notes(self) -> tuple[str, ...]:
        if self._project.repository.find_branch() is None and self._project.repository.work_tree is not None:
            return (f"HEAD is detached; the promotion is a commit on {self._project.config.trunk}",)
        return ()

    def _propose(self, plan: Plan, delivery: Delivery) -> Receipt:
        branch, repository = delivery.branch, self._project.repository
        assert branch is not None
        require_branch_name(repository, branch)
        tip = self._trunk.commit
        edit = CommitEdit(tip, (self._edit_at(tip, plan),), format_record(plan))
        if repository.list_refs(f"refs/heads/{branch}"):
            hint = "Name another branch, or delete that one."
            raise BasaltError(f"the branch {branch!r} exists already; nothing was proposed", hint=hint)
        commit = write_commit(repository, edit)
        move_branch(repository, branch, None, commit.id, edit.message.partition("\n")[0])
        if delivery.remote is None:
            remotes = list_remotes(repository)
            share = f"; share it: git push {remotes[0]} {branch}" if remotes else ""
            return Receipt(False, commit.id, proposed=branch, notes=(f"nothing has moved yet{share}",))
        try:
            push_branch(self._project, delivery.remote, branch, commit.id)
        except BasaltError:
            delete_branch(repository, branch, commit.id)
            raise
        note = f"nothing has moved yet; merge {branch} at {delivery.remote}"
        return Receipt(False, commit.id, proposed=branch, notes=(note,))

    def _edit_only(self, plan: Plan) -> Receipt:
        if self._project.root is None:
            raise BasaltError("a bare repository has no file to edit", hint="Leave --no-commit out.")
        path = self._project.root / DEPLOYMENTS_NAME
        old = path.read_bytes() if path.exists() else None
        if path.is_symlink():
            raise BasaltError(f"{DEPLOYMENTS_NAME} is a symbolic link", hint="Replace it by a regular file.")
        now = parse_deployments(old) if old is not None else {}
        require_unmoved(now, plan, ())
        replace_file(path, apply_moves(old, plan.moves))
        return Receipt(
            False, notes=(f"{DEPLOYMENTS_NAME} is edited; the move takes effect once it is committed on the trunk",)
        )


def apply_moves(old: bytes | None, moves: tuple[Move, ...]) -> bytes:
    """Return deployments.yaml with moves made; CRLF line ends are kept."""
    text = (old or EMPTY.encode()).decode()
    ending = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    for environment in dict.fromkeys(move.environment for move in moves):
        news = {move.slug: move.new for move in moves if move.environment == environment}
        text = set_pointers(text, environment, news)
    return text.replace("\n", ending).encode()
