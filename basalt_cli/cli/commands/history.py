"""``basalt history``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, Literal

import typer

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import MaxCountOption, OptionalSlugsArgument, SinceOption, environment_option
from basalt_cli.cli.output import Segment, note, print_json, print_lines
from basalt_cli.cli.reports.diff.markdown_format import escape
from basalt_cli.cli.times import format_age, format_iso, parse_time
from basalt_cli.environments.events import EventFilter, read_events
from basalt_cli.model.json_forms import gates_to_json, rollout_to_json
from basalt_cli.model.pointer import Event
from basalt_cli.pointers.pointer_record import format_pointer
from basalt_cli.pointers.trunk_state import TrunkState

_STYLES = {"promote": "green", "rollout": "cyan", "rollback": "yellow", "remove": "red"}


def command(
    slugs: OptionalSlugsArgument = None,
    environments: Annotated[
        list[str] | None, environment_option("--env", "Show only events in ENV. Repeatable.")
    ] = None,
    author: Annotated[
        str | None, typer.Option("--author", metavar="NAME", help="Show only events whose author's name contains NAME.")
    ] = None,
    since: SinceOption = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="Show entries until TIME, as for --since.")
    ] = None,
    count: MaxCountOption = None,
    output: Annotated[
        Literal["text", "json", "markdown"],
        typer.Option("--format", help="Output format: text for people, json for programs, markdown for reports."),
    ] = "text",
) -> None:
    """Show the pointer events of environments, newest first.

    An event is a promotion, a rollback or another move of a pointer, with its author, time and reason. Events are read
    from the first parents of the trunk, or from the pointer tags. Details that a merge dropped from the trailers are
    empty.
    """
    wanted = EventFilter(
        tuple(slugs or ()),
        tuple(environments or ()),
        author,
        parse_time(since) if since is not None else None,
        parse_time(until) if until is not None else None,
    )
    with opened_project() as project:
        state = TrunkState(project)
        found = read_events(state, wanted)
        if state.trunk.warning:
            note(state.trunk.warning)
        events = _with_note(islice(found, count))
        if output == "json":
            print_json({"events": [_to_json(event) for event in events]})
        elif output == "markdown":
            sys.stdout.write(_to_markdown(list(events)))
        else:
            for event in events:
                print_lines(_to_lines(event))


def _with_note(events: Iterator[Event]) -> Iterator[Event]:
    first = next(events, None)
    if first is None:
        note("no pointer event matches")
        return
    yield first
    yield from events


def _to_json(event: Event) -> dict[str, Any]:
    return {
        "slug": event.slug,
        "environment": event.environment,
        "action": event.action,
        "from": event.old.version if event.old is not None else None,
        "to": event.new.version if event.new is not None else None,
        "digest": event.new.digest if event.new is not None else None,
        "rollout": rollout_to_json(event.new),
        "time": format_iso(event.time),
        "author": event.author,
        "reason": event.reason,
        "forced": event.forced,
        "gates": gates_to_json(event.gates),
        "source": event.source,
        "event": event.event_id,
    }


def _to_lines(event: Event) -> list[list[Segment]]:
    lines = [
        [
            Segment(event.action.ljust(9), _STYLES.get(event.action, "")),
            Segment(event.environment.ljust(12)),
            Segment(event.slug, "bold"),
            Segment(f"  {format_pointer(event.old)} -> {format_pointer(event.new)}"),
            Segment(f"  {format_age(event.time)}  {event.author}", "dim"),
            Segment("  forced" if event.forced else "", "bold red"),
        ]
    ]
    if event.reason:
        lines.append([Segment(f"         {event.reason}")])
    failed = [gate for gate in event.gates if not gate.passed]
    return lines + [[Segment(f"         gate {gate.gate} failed: {gate.evidence}", "red")] for gate in failed]


def _to_markdown(events: list[Event]) -> str:
    lines = ["| When | Who | What | Environment | Prompt | From | To | Why |", "|---|---|---|---|---|---|---|---|"]
    for event in events:
        cells = [
            format_iso(event.time),
            event.author,
            event.action + (" (forced)" if event.forced else ""),
            event.environment,
            event.slug,
            format_pointer(event.old),
            format_pointer(event.new),
            event.reason or "",
        ]
        lines.append("| " + " | ".join(escape(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"
