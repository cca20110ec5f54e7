"""Pointer events: who moved which pointer, when, from what to what, and why, read from git alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.model.pointer import Event
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.slug import match_slugs
from basalt_cli.versions.references import strip_path
from basalt_cli.workspace.trunk import require_environment, require_full_history


class EventFilter(NamedTuple):
    """Which pointer events to return: of prompts (slugs or patterns), environments, an author, a span of time.

    Empty fields select everything; ``since`` and ``until`` are in seconds since 1970.
    """

    patterns: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    author: str | None = None
    since: int | None = None
    until: int | None = None


def read_events(state: TrunkState, wanted: EventFilter) -> Iterator[Event]:
    """Return an iterator over the pointer events that a filter selects, newest first; they are read as it advances."""
    require_full_history(state.checkout, "the history of pointers")
    wanted = wanted._replace(patterns=tuple(strip_path(state.checkout, pattern) for pattern in wanted.patterns))
    # Pointers that cannot be read now are an error, and not an empty history.
    pointers = state.pointers
    for name in wanted.environments:
        if name not in pointers:
            require_environment(state.checkout, name)
    return (event for event in state.reader.list_events() if _fits(event, wanted))


def _fits(event: Event, wanted: EventFilter) -> bool:
    if wanted.patterns and not any(match_slugs(pattern, [event.slug]) for pattern in wanted.patterns):
        return False
    if wanted.environments and event.environment not in wanted.environments:
        return False
    if wanted.author is not None and wanted.author.casefold() not in event.author.casefold():
        return False
    return (wanted.since is None or event.time >= wanted.since) and (wanted.until is None or event.time <= wanted.until)
