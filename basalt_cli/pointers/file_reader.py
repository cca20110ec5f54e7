"""Reads the pointers of deployments.yaml, and their events from the first-parent differences of that file."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.errors import BasaltError
from basalt_cli.model.config import DEPLOYMENTS_NAME
from basalt_cli.model.pointer import Event, Pointer, Pointers
from basalt_cli.model.version import Commit
from basalt_cli.pointers.deployments_file import parse_deployments
from basalt_cli.pointers.pointer_record import Record, parse_records
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk

MIGRATION = "Basalt-Action: migrate"


class FileReader:
    """Reads the pointers of the trunk's deployments.yaml."""

    def __init__(self, project: Project, trunk: Trunk) -> None:
        self._project = project
        self._trunk = trunk
        self._parsed: dict[str | None, Pointers] = {}

    def read(self) -> Pointers:
        """Return all pointers; none where the file does not exist."""
        return self.read_at(self._trunk.commit)

    def read_at(self, commit: str) -> Pointers:
        """Return all pointers at a commit."""
        blob = self._project.find_file_at(commit, DEPLOYMENTS_NAME)
        if blob is None or blob not in self._parsed:
            data = self._project.read_committed(commit, DEPLOYMENTS_NAME)
            pointers = parse_deployments(data, f"{commit[:9]}:{DEPLOYMENTS_NAME}") if data is not None else {}
            # The present content, which a plan and its events both read; histories are long, so no more is kept.
            self._parsed = {blob: pointers}
        return self._parsed[blob]

    def list_events(self) -> Iterator[Event]:
        """Yield the pointer events of the trunk's first-parent line, newest first."""
        return self.list_events_at(self._trunk.commit)

    def list_events_at(self, tip: str) -> Iterator[Event]:
        """Yield the pointer events up to a commit, newest first."""
        path = self._project.prefix + DEPLOYMENTS_NAME
        later: tuple[Commit, str, Pointers] | None = None
        for commit, message in self._project.repository.walk_first_parents(tip, path):
            parents = self._project.objects.read_parents(commit.id)
            after = self._read_leniently(commit.id) if later is None else None
            if later is None and after is not None:
                later = (commit, message, after)
            before = self._read_leniently(parents[0]) if parents else {}
            if later is None or before is None or (not before and MIGRATION in message):
                # The file was damaged, or pointers were tags before this commit: compare with the state before that.
                continue
            yield from _compare(*later[:2], before, later[2])
            later = None
        if later is not None:
            yield from _compare(*later[:2], {}, later[2])

    def _read_leniently(self, commit: str) -> Pointers | None:
        """Return the pointers at a commit; None where the file is damaged there."""
        try:
            return self.read_at(commit)
        except BasaltError:
            return None


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
    """Return the event of one changed pointer; the message's record counts where it names the same new pointer."""
    record = next((found for found in reversed(records) if found.new == new), None)
    inferred = "remove" if new is None else "rollout" if new.rollout else "promote"
    head = (slug, environment, record.action if record is not None and record.action else inferred, old, new)
    when = (commit.committed, commit.author, commit.id)
    if record is None:
        return Event(*head, *when)
    return Event(*head, *when, record.reason, record.forced, record.gates, record.event_id)
