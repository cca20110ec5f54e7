"""Reads the pointers that annotated tags hold: ``SLUG#ENV#N``, append-only, the highest number counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from basalt_cli.errors import BasaltError
from basalt_cli.git.objects import TagObject
from basalt_cli.git.read import Tag
from basalt_cli.model.pointer import Event, Pointer, Pointers
from basalt_cli.pointers.pointer_record import Record, parse_records
from basalt_cli.pointers.pointer_tag import PointerTag, parse_pointer_tag
from basalt_cli.workspace.outlines import OutlineReader
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk

_MOST_KEPT = 10_000
_PREPARED_AT_ONCE = 1000


class Found(NamedTuple):
    """A pointer tag: its parsed name, and the tag."""

    name: PointerTag
    tag: Tag


class _Read(NamedTuple):
    """The tag object of a pointer tag, and the records of its message by environment and slug."""

    tag: TagObject
    records: dict[tuple[str, str], tuple[Record, ...]]

    def find_record(self, name: PointerTag) -> Record | None:
        """Return the last record of the pointer that the tag is named after."""
        found = self.records.get((name.environment, name.slug))
        return found[-1] if found else None


class TagReader:
    """Reads pointer tags; for an earlier trunk those that existed at its time."""

    def __init__(self, project: Project, trunk: Trunk) -> None:
        self._project = project
        self._trunk = trunk
        self._as_of = trunk.as_of
        self._outlines = OutlineReader(project)
        self._read: dict[str, _Read] = {}

    def read(self) -> Pointers:
        """Return all pointers, each from its tag with the highest number."""
        pointers: Pointers = {}
        newest = list(self.list_newest())
        self._prepare(newest)
        for found in newest:
            pointer = self.read_pointer(found)
            if pointer is not None:
                pointers.setdefault(found.name.environment, {})[found.name.slug] = pointer
        return pointers

    def read_numbers(self) -> dict[tuple[str, str], int]:
        """Return the highest number that each pointer's tags have, by environment and slug."""
        return {(found.name.environment, found.name.slug): found.name.number for found in self.list_newest()}

    def read_times(self) -> dict[tuple[str, str], int]:
        """Return the time of each pointer's newest tag, by environment and slug."""
        return {(f.name.environment, f.name.slug): self.read_tag(f).seconds for f in self.list_newest()}

    def list_found(self) -> Iterator[Found]:
        """Yield the tags of all pointers."""
        for tag in self._project.list_tags():
            name = parse_pointer_tag(tag.name) if "#" in tag.name and tag.is_annotated else None
            if name is not None and tag.commit:
                yield Found(name, tag)

    def list_newest(self) -> Iterator[Found]:
        """Yield the tag with the highest number of each pointer."""
        newest: dict[tuple[str, str], Found] = {}
        for found in self.list_found():
            key = (found.name.environment, found.name.slug)
            is_newer = key not in newest or found.name.number > newest[key].name.number
            if is_newer and (self._as_of is None or self.read_tag(found).seconds <= self._as_of):
                newest[key] = found
        yield from newest.values()

    def read_tag(self, found: Found) -> TagObject:
        """Return the tag object of a pointer tag."""
        return self._find_read(found).tag

    def _find_read(self, found: Found) -> _Read:
        self._prepare([found])
        return self._read[found.tag.object_id]

    def _prepare(self, wanted: Sequence[Found]) -> None:
        """Read the tags that were not read before, in one request."""
        missing = {found.tag.object_id: found for found in wanted if found.tag.object_id not in self._read}
        if missing and len(self._read) + len(missing) > _MOST_KEPT:
            self._read.clear()
        for found, tag in zip(missing.values(), self._project.objects.read_tags(list(missing)), strict=True):
            if tag is None:
                raise BasaltError(f"the tag {found.tag.name!r} is damaged", hint="Check the repository with git fsck.")
            self._read[found.tag.object_id] = _Read(tag, parse_records(tag.message))

    def read_pointer(self, found: Found) -> Pointer | None:
        """Return the pointer that a tag sets; None for a tag that removes it."""
        if found.name.is_removal:
            return None
        record = self._find_read(found).find_record(found.name)
        # The tagged commit decides; a record that names another commit was not made with this tag.
        if record is not None and record.new is not None and record.new.version == found.tag.commit:
            return record.new
        return Pointer(found.tag.commit, self._outlines.find_digest(found.tag.commit, found.name.slug) or "")

    def list_events(self) -> Iterator[Event]:
        """Yield the pointer events, newest first by time, and those of one pointer by number."""
        events: list[tuple[int, int, Event]] = []
        previous: dict[tuple[str, str], Pointer | None] = {}
        reached: dict[tuple[str, str], int] = {}
        ordered = sorted(self.list_found(), key=lambda found: found.name)
        for index, found in enumerate(ordered):
            if index % _PREPARED_AT_ONCE == 0:
                self._prepare(ordered[index : index + _PREPARED_AT_ONCE])
            tag = self.read_tag(found)
            if self._as_of is not None and tag.seconds > self._as_of:
                continue
            key = (found.name.environment, found.name.slug)
            new = self.read_pointer(found)
            # Among the tags of one pointer the numbers decide: clocks of different machines differ.
            reached[key] = max(tag.seconds, reached.get(key, 0))
            event = _to_event(found, self._find_read(found), previous.get(key), new)
            events.append((reached[key], found.name.number, event))
            previous[key] = new
        events.sort(key=lambda event: event[:2], reverse=True)
        yield from (event for _, _, event in events)


def _to_event(found: Found, read: _Read, old: Pointer | None, new: Pointer | None) -> Event:
    tag, record = read.tag, read.find_record(found.name)
    inferred = "remove" if new is None else "rollout" if new.rollout else "promote"
    action = record.action if record is not None and record.action else inferred
    author = record.author if record is not None and record.author else tag.tagger
    head = (found.name.slug, found.name.environment, action, old, new, tag.seconds, author, found.tag.name)
    if record is None:
        return Event(*head)
    return Event(*head, record.reason, record.forced, record.gates, record.event_id)
