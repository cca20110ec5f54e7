"""Who moved which pointer, when, from what to what, and why: told from git alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.model.pointer import Event
from basalt_cli.pointers.opening import open_reader
from basalt_cli.text.slug import match_slugs
from basalt_cli.versions.references import strip_path
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk, get_trunk, require_environment, require_full_history


class HistoryFilter(NamedTuple):
    """Which events somebody wants: of prompts (slugs or patterns), environments, an author, a time in seconds."""

    patterns: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    author: str | None = None
    since: int | None = None
    until: int | None = None


class History(NamedTuple):
    """The trunk that was looked at, and the events, newest first, worked out while they are read."""

    trunk: Trunk
    events: Iterator[Event]


def read_history(project: Project, wanted: HistoryFilter) -> History:
    """Return what moved."""
    require_full_history(project, "the history of pointers")
    wanted = wanted._replace(patterns=tuple(strip_path(project, pattern) for pattern in wanted.patterns))
    trunk = get_trunk(project)
    reader = open_reader(project, trunk)
    # What cannot be read now is said, rather than left out.
    pointers = reader.read()
    for name in wanted.environments:
        if name not in pointers:
            require_environment(project, name)
    events = reader.list_events()
    return History(trunk, (event for event in events if _fits(event, wanted)))


def _fits(event: Event, wanted: HistoryFilter) -> bool:
    if wanted.patterns and not any(match_slugs(pattern, [event.slug]) for pattern in wanted.patterns):
        return False
    if wanted.environments and event.environment not in wanted.environments:
        return False
    if wanted.author is not None and wanted.author.casefold() not in event.author.casefold():
        return False
    return (wanted.since is None or event.time >= wanted.since) and (wanted.until is None or event.time <= wanted.until)
