"""Pointers in deployments.yaml: a promotion is one commit on the trunk that touches this file alone."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.adapters.file_write import replace_file
from basalt_cli.adapters.git_remote import list_remotes
from basalt_cli.adapters.git_worktrees import FileEdit
from basalt_cli.adapters.git_write import (
    CommitEdit,
    commit_files,
    delete_branch,
    move_branch,
    one_at_a_time,
    require_branch_name,
    write_commit,
)
from basalt_cli.errors import BasaltError, LostRaceError
from basalt_cli.model.config import DEPLOYMENTS_NAME
from basalt_cli.model.pointer import Event, Pointer, PointerMove, Pointers
from basalt_cli.model.version import Commit
from basalt_cli.pure.deployments_edit import set_pointers
from basalt_cli.pure.deployments_file import EMPTY, parse_deployments
from basalt_cli.pure.pointer_record import Record, format_record, parse_records
from basalt_cli.use_cases.deployments.backend import (
    Delivery,
    PointerChange,
    Receipt,
    require_same_policy,
    require_unmoved,
)
from basalt_cli.use_cases.deployments.pushing import push_commit
from basalt_cli.use_cases.project import Project
from basalt_cli.use_cases.trunk import Trunk, get_trunk

_MOST_LOCAL_ATTEMPTS = 5
MIGRATION = "Basalt-Action: migrate"


class FileBackend:
    """The pointers of the trunk's deployments.yaml."""

    kind = "file"

    def __init__(self, project: Project, trunk: Trunk) -> None:
        self._project = project
        self._trunk = trunk

    def read(self) -> Pointers:
        """Return all pointers; none where there is no such file."""
        return self._read_at(self._trunk.commit)

    def _read_at(self, commit: str) -> Pointers:
        data = self._project.read_committed(commit, DEPLOYMENTS_NAME)
        return parse_deployments(data, f"{commit[:9]}:{DEPLOYMENTS_NAME}") if data is not None else {}

    def write(self, change: PointerChange, delivery: Delivery) -> Receipt:
        """Move pointers, as one commit that touches the file alone."""
        if delivery.edits_only:
            return self._edit_only(change)
        if delivery.branch is not None:
            return self._propose(change, delivery)
        if delivery.remote is not None:
            return push_commit(
                self._project, delivery.remote, format_record(*change[:2]), lambda tip: self._edit_at(tip, change)
            )
        return self._commit(change)

    def _edit_at(self, tip: str, change: PointerChange) -> FileEdit:
        """Return the file with the change made to what it is at a commit; raise LostRaceError where that has moved."""
        require_same_policy(self._project, self._trunk, self._trunk._replace(commit=tip))
        require_unmoved(self._read_at(tip), change, self._list_events_at(tip))
        old = self._project.read_committed(tip, DEPLOYMENTS_NAME)
        return FileEdit(self._project.prefix + DEPLOYMENTS_NAME, old, apply_moves(old, change.moves))

    def _commit(self, change: PointerChange) -> Receipt:
        message = format_record(*change[:2])
        with one_at_a_time(self._project.repository):
            for attempt in range(_MOST_LOCAL_ATTEMPTS):
                tip = self._require_writable()
                edit = CommitEdit(tip, (self._edit_at(tip, change),), message)
                try:
                    return Receipt(
                        True,
                        commit_files(self._project.repository, self._project.config.trunk, edit),
                        notes=self._notes(),
                    )
                except LostRaceError:
                    # Somebody who does not wait for the lock, git itself: look again at what moved.
                    if attempt == _MOST_LOCAL_ATTEMPTS - 1:
                        raise
        raise AssertionError

    def _require_writable(self) -> str:
        trunk, name = get_trunk(self._project), self._project.config.trunk
        upstream = trunk.upstream_ref.removeprefix("refs/remotes/")
        if trunk.local is None:
            hint = f"Make it: git branch {name} {trunk.ref.removeprefix('refs/remotes/')}; or move it there: --push."
            raise BasaltError(f"there is no local branch {name} to commit the promotion on", hint=hint)
        if trunk.local != trunk.commit:
            state = "has parted from" if trunk.warning else "is behind"
            pull = f"git pull{' --rebase' if trunk.warning else ' --ff-only'}"
            hint = f"Bring it up to date: {pull} on {name}; or build on {upstream}: --push."
            raise BasaltError(f"{name} {state} {upstream}; nothing was moved", hint=hint)
        return trunk.local

    def _notes(self) -> tuple[str, ...]:
        if self._project.repository.find_branch() is None and self._project.repository.work_tree is not None:
            return (f"HEAD is detached; the promotion is a commit on {self._project.config.trunk}",)
        return ()

    def _propose(self, change: PointerChange, delivery: Delivery) -> Receipt:
        branch, repository = delivery.branch, self._project.repository
        assert branch is not None
        require_branch_name(repository, branch)
        tip = self._trunk.commit
        edit = CommitEdit(tip, (self._edit_at(tip, change),), format_record(*change[:2]))
        if repository.list_refs(f"refs/heads/{branch}"):
            hint = "Name another branch, or delete that one."
            raise BasaltError(f"the branch {branch!r} exists already; nothing was proposed", hint=hint)
        commit = write_commit(repository, edit)
        move_branch(repository, branch, None, commit.id, edit.message.partition("\n")[0])
        if delivery.remote is None:
            remotes = list_remotes(repository)
            share = f"; share it: git push {remotes[0]} {branch}" if remotes else ""
            return Receipt(False, commit.id, proposed=branch, notes=(f"nothing has moved yet{share}",))
        from basalt_cli.use_cases.deployments.pushing import push_branch

        try:
            push_branch(self._project, delivery.remote, branch, commit.id)
        except BasaltError:
            delete_branch(repository, branch, commit.id)
            raise
        note = f"nothing has moved yet; merge {branch} at {delivery.remote}"
        return Receipt(False, commit.id, proposed=branch, notes=(note,))

    def _edit_only(self, change: PointerChange) -> Receipt:
        if self._project.root is None:
            raise BasaltError("a bare repository has no file to edit", hint="Leave --no-commit out.")
        path = self._project.root / DEPLOYMENTS_NAME
        old = path.read_bytes() if path.exists() else None
        if path.is_symlink():
            raise BasaltError(f"{DEPLOYMENTS_NAME} is a link", hint="Make it a file of its own.")
        now = parse_deployments(old) if old is not None else {}
        require_unmoved(now, change, ())
        replace_file(path, apply_moves(old, change.moves))
        return Receipt(False, notes=(f"{DEPLOYMENTS_NAME} is edited; it holds once it is committed on the trunk",))

    def list_events(self) -> Iterator[Event]:
        """Yield what moved, newest first: what the file says now against before, along the trunk's own line."""
        return self._list_events_at(self._trunk.commit)

    def _list_events_at(self, tip: str) -> Iterator[Event]:
        path = self._project.prefix + DEPLOYMENTS_NAME
        later: tuple[Commit, str, Pointers] | None = None
        for commit, message in self._project.repository.walk_first_parents(tip, path):
            parents = self._project.objects.read_parents(commit.id)
            after = self._read_leniently(commit.id) if later is None else None
            if later is None and after is not None:
                later = (commit, message, after)
            before = self._read_leniently(parents[0]) if parents else {}
            if later is None or before is None or (not before and MIGRATION in message):
                # The file was damaged, or its pointers lived in tags: what was before that is what to compare with.
                continue
            yield from _compare(*later[:2], before, later[2])
            later = None
        if later is not None:
            yield from _compare(*later[:2], {}, later[2])

    def _read_leniently(self, commit: str) -> Pointers | None:
        """Return the pointers at a commit; None where the file was damaged then."""
        try:
            return self._read_at(commit)
        except BasaltError:
            return None


def apply_moves(old: bytes | None, moves: tuple[PointerMove, ...]) -> bytes:
    """Return deployments.yaml with moves made; a file with the line ends of Windows keeps them."""
    text = (old or EMPTY.encode()).decode()
    ending = "\r\n" if "\r\n" in text else "\n"
    text = text.replace("\r\n", "\n")
    for environment in dict.fromkeys(move.environment for move in moves):
        news = {move.slug: move.new for move in moves if move.environment == environment}
        text = set_pointers(text, environment, news)
    return text.replace("\n", ending).encode()


def _compare(commit: Commit, message: str, before: Pointers, after: Pointers) -> Iterator[Event]:
    records = parse_records(message) if "Basalt-" in message else {}
    for environment in sorted(before.keys() | after.keys()):
        old, new = before.get(environment, {}), after.get(environment, {})
        for slug in sorted(old.keys() | new.keys()):
            if old.get(slug) != new.get(slug):
                found = records.get((environment, slug), ())
                yield _to_event(commit, environment, slug, old.get(slug), new.get(slug), found)


def _to_event(
    commit: Commit, environment: str, slug: str, old: Pointer | None, new: Pointer | None, records: tuple[Record, ...]
) -> Event:
    """Describe what the file says; what the message says counts where it speaks of just that."""
    record = next((found for found in reversed(records) if found.new == new), None)
    inferred = "remove" if new is None else "rollout" if new.rollout else "promote"
    head = (slug, environment, record.action if record is not None and record.action else inferred, old, new)
    when = (commit.committed, commit.author, commit.id)
    if record is None:
        return Event(*head, *when)
    return Event(*head, *when, record.reason, record.forced, record.gates, record.event_id)
