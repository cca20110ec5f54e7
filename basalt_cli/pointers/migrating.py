"""Moves all pointers from one backend to the other; the events so far become tags too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from basalt_cli.errors import BasaltError, LeftBehindError
from basalt_cli.format.config.config_edit import set_deployments
from basalt_cli.git.remote import list_remotes
from basalt_cli.git.tags import TagToMake, create_tags, delete_tags
from basalt_cli.git.worktrees import FileEdit
from basalt_cli.git.write import CommitEdit, commit_files, one_at_a_time
from basalt_cli.model.config import CONFIG_NAME, DEPLOYMENTS_NAME
from basalt_cli.model.pointer import Event, Move, Plan, Pointers
from basalt_cli.pointers.deployments_file import EMPTY
from basalt_cli.pointers.file_reader import MIGRATION, FileReader
from basalt_cli.pointers.file_writer import apply_moves
from basalt_cli.pointers.pointer_record import format_record
from basalt_cli.pointers.pointer_tag import PointerTag
from basalt_cli.pointers.tag_reader import TagReader
from basalt_cli.pointers.tag_writer import fetch_pointers, require_shared
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.words import plural
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import get_trunk, require_full_history


class Migration(NamedTuple):
    """The result of a migration: the commit that switches basalt.yaml, the new tags, and notes on events left out."""

    commit: str
    pointers: int
    tags: tuple[str, ...]
    notes: tuple[str, ...]


def migrate_deployments(project: Project, kind: str) -> Migration:
    """Move all pointers to another backend, by one commit on the trunk that also switches basalt.yaml."""
    require_full_history(project, "a migration")
    with one_at_a_time(project.repository):
        state = TrunkState(project)
        trunk = state.trunk
        if trunk.local is None or trunk.local != trunk.commit:
            raise BasaltError(
                f"{project.config.trunk} is not up to date here; nothing was changed", hint="Run git pull on it first."
            )
        if state.policy.deployments == kind:
            raise BasaltError(f"the pointers are in {_name(kind)} already", hint="There is nothing to do.")
        if kind == "tags":
            return _to_tags(project, trunk.local, FileReader(project, trunk))
        return _to_file(project, trunk.local, TagReader(project, trunk))


def _name(kind: str) -> str:
    return DEPLOYMENTS_NAME if kind == "file" else "tags"


def _to_tags(project: Project, tip: str, backend: FileReader) -> Migration:
    pointers = backend.read()
    _require_commits(project, pointers)
    tags, skipped = _tag_events(project, reversed(list(backend.list_events())), TagReader(project, get_trunk(project)))
    create_tags(project.repository, tags)
    try:
        _require_same(project, pointers)
        switch = [_edit_config(project, tip, "tags")]
        old = project.read_committed(tip, DEPLOYMENTS_NAME)
        if old is not None:
            switch.append(FileEdit(project.prefix + DEPLOYMENTS_NAME, old, None))
        edit = CommitEdit(tip, tuple(switch), f"Keep the pointers of environments in tags\n\n{MIGRATION}\n")
        commit = commit_files(project.repository, project.config.trunk, edit)
    except LeftBehindError:
        raise
    except BasaltError:
        delete_tags(project.repository, [tag.name for tag in tags])
        raise
    notes = [f"{plural(skipped, 'event')} of commits that are not in this clone could not be tagged"] if skipped else []
    return Migration(commit, _count(pointers), tuple(tag.name for tag in tags), tuple(notes))


def _require_same(project: Project, pointers: Pointers) -> None:
    if TagReader(project, get_trunk(project)).read() != {name: slugs for name, slugs in pointers.items() if slugs}:
        hint = "Rename environments and prompts that have other characters than letters, digits, - and _."
        raise BasaltError("tags cannot hold all of the pointers; nothing was changed", hint=hint)


def _require_commits(project: Project, pointers: Pointers) -> None:
    """Raise BasaltError where a pointer names a commit that is missing here: it cannot be tagged."""
    for environment, slugs in pointers.items():
        for slug, pointer in slugs.items():
            gone = [place.version for place in pointer.places if not project.objects.has_commit(place.version)]
            if gone:
                message = f"{environment} runs {slug} at {gone[0][:9]}, a commit that is not in this clone"
                raise BasaltError(f"{message}; nothing was changed", hint="Fetch it, or promote another version first.")


def _require_all_tags(project: Project) -> None:
    """Fetch the pointer tags of all remotes: a move that this clone lacks would be undone."""
    for remote in list_remotes(project.repository):
        require_shared(project, remote, fetch_pointers(project, remote))


def _tag_events(project: Project, events: Iterable[Event], earlier: TagReader) -> tuple[list[TagToMake], int]:
    """Return a tag for each event, oldest first; events that earlier tags record are left out."""
    tags: list[TagToMake] = []
    numbers, last = earlier.read_numbers(), earlier.read_times()
    told = {event.event_id for event in earlier.list_events()}
    current = {(env, slug): pointer for env, slugs in earlier.read().items() for slug, pointer in slugs.items()}
    skipped = 0
    for event in events:
        key = (event.environment, event.slug)
        if _name_event(event) in told or event.new == current.get(key):
            continue
        place = event.new or event.old
        if place is None or not project.objects.has_commit(place.version):
            skipped += 1
            continue
        seconds = max(event.time, last.get(key, 0) + 1)
        last[key] = seconds
        current.pop(key, None)
        if event.new is not None:
            current[key] = event.new
        numbers[key] = numbers.get(key, 0) + 1
        name = PointerTag(event.slug, event.environment, numbers[key], event.new is None)
        tags.append(TagToMake(str(name), place.version, _retell(event), seconds, is_past=True))
    return tags, skipped


def _retell(event: Event) -> str:
    move = Move(event.slug, event.environment, event.old, event.new, gates=event.gates)
    plan = Plan(event.action, (move,), event.reason, event.forced, event.author)
    return format_record(plan, _name_event(event))


def _name_event(event: Event) -> str:
    """Return an event's id; where a merge has lost it, one derived from the commit and the pointer."""
    if event.event_id is not None:
        return event.event_id
    return hashlib.sha256(f"{event.source} {event.environment} {event.slug}".encode()).hexdigest()[:32]


def _to_file(project: Project, tip: str, backend: TagReader) -> Migration:
    _require_all_tags(project)
    pointers = backend.read()
    moves = tuple(
        Move(slug, environment, None, pointer)
        for environment, slugs in sorted(pointers.items())
        for slug, pointer in sorted(slugs.items())
    )
    old = project.read_committed(tip, DEPLOYMENTS_NAME)
    if old is not None and FileReader(project, get_trunk(project)).read():
        hint = f"Check it, then remove it: git rm {DEPLOYMENTS_NAME}"
        raise BasaltError(f"{DEPLOYMENTS_NAME} has pointers of its own; nothing was changed", hint=hint)
    new = FileEdit(project.prefix + DEPLOYMENTS_NAME, old, apply_moves(old or EMPTY.encode(), moves))
    message = format_record(Plan("migrate", moves)).replace("Migrate", "Keep in a file:", 1)
    edit = CommitEdit(tip, (_edit_config(project, tip, "file"), new), message)
    return Migration(commit_files(project.repository, project.config.trunk, edit), _count(pointers), (), ())


def _edit_config(project: Project, tip: str, kind: str) -> FileEdit:
    old = project.read_committed(tip, CONFIG_NAME)
    if old is None:
        raise BasaltError(f"{CONFIG_NAME} is not committed on {project.config.trunk}", hint="Commit it first.")
    return FileEdit(project.prefix + CONFIG_NAME, old, set_deployments(old.decode(), kind).encode())


def _count(pointers: Pointers) -> int:
    return sum(len(slugs) for slugs in pointers.values())
