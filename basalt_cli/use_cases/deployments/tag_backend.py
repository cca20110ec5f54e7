"""Pointers in annotated tags: append-only, numbered, and made by one promoter only, here and at a remote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.adapters.git_objects import TagObject
from basalt_cli.adapters.git_read import Tag
from basalt_cli.adapters.git_remote import PushOutcome, fetch, list_remote_refs, push
from basalt_cli.adapters.git_tags import TagToMake, create_refs, create_tags, list_updates, write_tags
from basalt_cli.adapters.git_write import one_at_a_time
from basalt_cli.errors import BasaltError, LostRaceError, UsageError
from basalt_cli.model.pointer import Event, Pointer, PointerMove, Pointers
from basalt_cli.pure.pointer_record import Record, format_record, parse_records
from basalt_cli.pure.pointer_tag import PointerTag, parse_pointer_tag
from basalt_cli.pure.words import plural
from basalt_cli.use_cases.closures import ClosureReader
from basalt_cli.use_cases.deployments.backend import (
    Delivery,
    PointerChange,
    Receipt,
    require_same_policy,
    require_unmoved,
)
from basalt_cli.use_cases.deployments.pushing import Answers, wait_in_turn
from basalt_cli.use_cases.project import Project
from basalt_cli.use_cases.trunk import Trunk, get_trunk

_MOST_KEPT = 10_000
_MOST_NAMED = 20
_GUARDS = "refs/basalt/moves/"


class _Found(NamedTuple):
    """A pointer's tag: what its name says, and where it stands."""

    name: PointerTag
    tag: Tag


class TagBackend:
    """The pointers that annotated tags hold; of an earlier trunk those that were there at the time."""

    kind = "tags"

    def __init__(self, project: Project, trunk: Trunk) -> None:
        self._project = project
        self._trunk = trunk
        self._as_of = trunk.as_of
        self._closures = ClosureReader(project)
        self._tags: dict[str, TagObject] = {}

    def read(self) -> Pointers:
        """Return all pointers: what the tag with the highest number says."""
        pointers: Pointers = {}
        for found in self._list_newest():
            pointer = self._read_pointer(found)
            if pointer is not None:
                pointers.setdefault(found.name.environment, {})[found.name.slug] = pointer
        return pointers

    def read_numbers(self) -> dict[tuple[str, str], int]:
        """Return the highest number that each pointer's tags have, by environment and slug."""
        return {(found.name.environment, found.name.slug): found.name.number for found in self._list_newest()}

    def read_times(self) -> dict[tuple[str, str], int]:
        """Return the time of each pointer's newest tag, by environment and slug."""
        return {(f.name.environment, f.name.slug): self._read_tag(f).seconds for f in self._list_newest()}

    def _list_found(self) -> Iterator[_Found]:
        for tag in self._project.repository.list_tags():
            name = parse_pointer_tag(tag.name) if "#" in tag.name and tag.is_annotated else None
            if name is not None and tag.commit:
                yield _Found(name, tag)

    def _list_newest(self) -> Iterator[_Found]:
        newest: dict[tuple[str, str], _Found] = {}
        for found in self._list_found():
            key = (found.name.environment, found.name.slug)
            is_newer = key not in newest or found.name.number > newest[key].name.number
            if is_newer and (self._as_of is None or self._read_tag(found).seconds <= self._as_of):
                newest[key] = found
        yield from newest.values()

    def _read_tag(self, found: _Found) -> TagObject:
        read = self._tags.get(found.tag.object_id)
        if read is None:
            read = self._project.objects.read_tag(found.tag.object_id)
            if read is None:
                raise BasaltError(f"the tag {found.tag.name!r} is damaged", hint="Check the repository with git fsck.")
            if len(self._tags) < _MOST_KEPT:
                self._tags[found.tag.object_id] = read
        return read

    def _read_pointer(self, found: _Found) -> Pointer | None:
        if found.name.is_removal:
            return None
        record = _find_record(found.name, self._read_tag(found).message)
        # Where the tag stands decides; a record that speaks of another commit was not made with this tag.
        if record is not None and record.new is not None and record.new.version == found.tag.commit:
            return record.new
        closure = self._closures.find(found.tag.commit, found.name.slug)
        return Pointer(found.tag.commit, closure.digest if closure is not None else "")

    def write(self, change: PointerChange, delivery: Delivery) -> Receipt:
        """Move pointers: a new tag each, all of them or none."""
        if delivery.branch is not None or delivery.edits_only:
            hint = "Leave --branch and --no-commit out: a tag needs no pull request."
            raise UsageError("pointers are tags here, and a tag has no draft", hint=hint)
        if delivery.remote is not None:
            return self._push(change, delivery.remote)
        with one_at_a_time(self._project.repository):
            tags = self._plan_tags(change, {})
            create_tags(self._project.repository, tags)
        return Receipt(True, tags=tuple(tag.name for tag in tags))

    def _plan_tags(self, change: PointerChange, there: dict[str, str]) -> list[TagToMake]:
        """Give the tags of a change their numbers; raise LostRaceError where a pointer, or the policy, has moved.

        ``there`` is what a remote has.
        """
        require_same_policy(self._project, self._trunk, get_trunk(self._project))
        newest = {(found.name.environment, found.name.slug): found for found in self._list_newest()}
        asked = {(move.environment, move.slug) for move in change.moves}
        asked |= {(found.environment, found.slug) for found in change.relies_on}
        now: Pointers = {}
        for key in asked & newest.keys():
            pointer = self._read_pointer(newest[key])
            if pointer is not None:
                now.setdefault(key[0], {})[key[1]] = pointer
        require_unmoved(now, change, self.list_events())
        guarded = _read_guards(there)
        tags = []
        for move in change.moves:
            last = newest.get((move.environment, move.slug))
            # GTO sorts by time, so time must rise as the numbers do.
            seconds = self._read_tag(last).seconds + 1 if last is not None else 0
            taken = guarded.get((move.environment, move.slug), 0)
            tags.append(_to_tag(move, change, max(last.name.number if last is not None else 0, taken) + 1, seconds))
        self._require_room(tags)
        return tags

    def _require_room(self, tags: list[TagToMake]) -> None:
        """Refuse where something stands in the way that is no move, and that no waiting will take away."""
        there = {tag.name for tag in self._project.repository.list_tags()}
        for tag in tags:
            parts = tag.name.split("/")
            blocking = [name for name in ("/".join(parts[:end]) for end in range(1, len(parts) + 1)) if name in there]
            if blocking:
                hint = f"Take it away, here and at the remote: git tag -d '{blocking[0]}'"
                raise BasaltError(f"the tag '{blocking[0]}' stands in the way; nothing was moved", hint=hint)
            if parse_pointer_tag(tag.name) is None:
                raise BasaltError(f"there is no number behind that of {tag.name}", hint="Delete the tag before it.")

    def _push(self, change: PointerChange, remote: str) -> Receipt:
        tags: list[TagToMake] | None = None
        objects: list[str] = []
        answers = Answers(remote, "Ask whoever administers the host to let you push tags, and refs/basalt/.")
        for _ in wait_in_turn():
            with answers.looking_again():
                there = fetch_pointers(self._project, remote)
            if tags is not None and self._has_landed(tags, objects):
                return Receipt(True, tags=tuple(tag.name for tag in tags))
            answers.require_hope()
            tags = self._plan_tags(change, there)
            objects = write_tags(self._project.repository, tags)
            pushed = push(self._project.repository, remote, list_updates(tags, objects))
            if pushed.outcome is PushOutcome.NOT_ATOMIC and len(tags) == 1:
                # One tag alone is whole by itself; only a removal at the same moment could pass it by.
                pushed = push(self._project.repository, remote, [(objects[0], f"refs/tags/{tags[0].name}")])
            if pushed.outcome is PushOutcome.DONE:
                return self._follow(tags, objects)
            answers.note(pushed, tags[0].name, there)
        raise answers.give_up()

    def _follow(self, tags: list[TagToMake], objects: list[str]) -> Receipt:
        """Make here what the remote has taken; where that fails, the next fetch brings it."""
        names = tuple(tag.name for tag in tags)
        try:
            create_refs(self._project.repository, tags, objects)
        except BasaltError:
            return Receipt(True, tags=names, notes=("the tags are not here yet: git fetch --tags brings them",))
        return Receipt(True, tags=names)

    def _has_landed(self, tags: list[TagToMake], objects: list[str]) -> bool:
        here = {found.tag.name: found.tag.object_id for found in self._list_found()}
        landed = [here.get(tag.name) == made for tag, made in zip(tags, objects, strict=True)]
        if any(landed) and not all(landed):
            names = ", ".join(f"'{tag.name}'" for tag, is_there in zip(tags, landed, strict=True) if is_there)
            message = f"the remote took a part of the tags only, which no atomic push may do: {names}"
            raise LostRaceError(message, hint="Look at basalt status, and promote the rest.")
        return all(landed)

    def list_events(self) -> Iterator[Event]:
        """Yield what moved, newest first by time, and of one pointer by number."""
        events: list[tuple[int, int, Event]] = []
        previous: dict[tuple[str, str], Pointer | None] = {}
        reached: dict[tuple[str, str], int] = {}
        for found in sorted(self._list_found(), key=lambda found: found.name):
            tag = self._read_tag(found)
            if self._as_of is not None and tag.seconds > self._as_of:
                continue
            key = (found.name.environment, found.name.slug)
            new = self._read_pointer(found)
            # The numbers of one pointer's tags decide, whatever the clocks of those who made them said.
            reached[key] = max(tag.seconds, reached.get(key, 0))
            event = _to_event(found, tag, previous.get(key), new)
            events.append((reached[key], found.name.number, event))
            previous[key] = new
        events.sort(key=lambda event: event[:2], reverse=True)
        yield from (event for _, _, event in events)


def _read_guards(there: dict[str, str]) -> dict[tuple[str, str], int]:
    """Return the highest number that a remote has ever taken for each pointer, also where its tag is gone."""
    found: dict[tuple[str, str], int] = {}
    for ref in there:
        name = parse_pointer_tag(ref.removeprefix(_GUARDS)) if ref.startswith(_GUARDS) else None
        if name is not None:
            key = (name.environment, name.slug)
            found[key] = max(name.number, found.get(key, 0))
    return found


def fetch_pointers(project: Project, remote: str) -> dict[str, str]:
    """Fetch the moves that a remote has and this clone has not; return what the remote has, objects by full ref name.

    Other tags are left to the user. Raises LostRaceError where one name stands for two moves, here and there.
    """
    there = list_remote_refs(project.repository, remote, "refs/tags/*", _GUARDS + "*")
    here = {f"refs/tags/{tag.name}": tag.object_id for tag in project.repository.list_tags()}
    moves = {ref: made for ref, made in there.items() if parse_pointer_tag(ref.removeprefix("refs/tags/")) is not None}
    clashes = [ref.removeprefix("refs/tags/") for ref, made in moves.items() if here.get(ref, made) != made]
    if clashes:
        names = " ".join(f"'{name}'" for name in clashes[:_MOST_NAMED])
        message = f"{remote} has other tags than this clone under the same names: {names}; nothing was moved"
        raise LostRaceError(message, hint=f"To take the remote's: git tag -d {names} && git fetch {remote} --tags")
    missing = [f"{ref}:{ref}" for ref in moves if ref not in here]
    if missing:
        fetch(project.repository, remote, *missing)
    return there


def require_shared(project: Project, remote: str, there: dict[str, str]) -> None:
    """Refuse where pointers have moved here, and the remote does not know: what is pushed now must follow on that."""
    found = (tag.name for tag in project.repository.list_tags() if tag.is_annotated)
    missing = [name for name in found if f"refs/tags/{name}" not in there and parse_pointer_tag(name) is not None]
    if missing:
        names = " ".join(f"'{name}'" for name in missing[:_MOST_NAMED])
        message = f"{plural(len(missing), 'move')} of pointers stand in tags here that {remote} does not have"
        hint = f"Push them first: git push --atomic {remote} {names}; or take them away: git tag -d {names}"
        raise BasaltError(f"{message}, '{missing[0]}' among them; nothing was moved", hint=hint)


def _to_tag(move: PointerMove, change: PointerChange, number: int, seconds: int) -> TagToMake:
    name = PointerTag(move.slug, move.environment, number, move.new is None)
    commit = move.new.version if move.new is not None else move.old.version if move.old is not None else ""
    return TagToMake(str(name), commit, format_record([move], change.announcement), seconds, guard=name.guard)


def _find_record(name: PointerTag, message: str) -> Record | None:
    records = parse_records(message).get((name.environment, name.slug), ())
    return records[-1] if records else None


def _to_event(found: _Found, tag: TagObject, old: Pointer | None, new: Pointer | None) -> Event:
    record = _find_record(found.name, tag.message)
    inferred = "remove" if new is None else "rollout" if new.rollout else "promote"
    action = record.action if record is not None and record.action else inferred
    author = record.author if record is not None and record.author else tag.tagger
    head = (found.name.slug, found.name.environment, action, old, new, tag.seconds, author, found.tag.name)
    if record is None:
        return Event(*head)
    return Event(*head, record.reason, record.forced, record.gates, record.event_id)
