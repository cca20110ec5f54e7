"""``basalt log``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any

import typer

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import ReferenceArgument, TextOrJson
from basalt_cli.cli.output import RISK_STYLES, Segment, print_json, print_lines, warn
from basalt_cli.cli.times import format_age, format_iso
from basalt_cli.use_cases.log import LogEntry, read_log


def command(
    reference: ReferenceArgument,
    count: Annotated[int | None, typer.Option("-n", "--max-count", min=1, help="Show at most N versions.")] = None,
    output: TextOrJson = "text",
) -> None:
    """Show the versions of a prompt, newest first.

    A version is a commit that changed the prompt or a partial it includes; the risk of that change stands beside it.
    Without a selector the history is that of HEAD.
    """
    with opened_project() as project:
        log = read_log(project, reference)
        entries = _with_warning(islice(log.entries, count))
        if output == "json":
            print_json({"slug": log.slug, "versions": [_to_json(entry) for entry in entries]})
            return
        for entry in entries:
            print_lines([_to_line(entry)])


def _with_warning(entries: Iterator[LogEntry]) -> Iterator[LogEntry]:
    for entry in entries:
        yield entry
        if entry.version.is_boundary:
            warn("history ends here: this clone is shallow; git fetch --unshallow brings the rest")


def _to_json(entry: LogEntry) -> dict[str, Any]:
    return {
        "version": entry.version.id,
        "digest": entry.version.digest,
        "time": format_iso(entry.version.commit.committed),
        "author": entry.version.commit.author,
        "subject": entry.version.commit.subject,
        "releases": list(entry.releases),
        "environments": list(entry.environments),
        "risk": entry.risk.label,
    }


def _to_line(entry: LogEntry) -> list[Segment]:
    commit = entry.version.commit
    names = [*entry.releases, *entry.environments]
    return [
        Segment(commit.id[:9] + " ", "yellow"),
        Segment(entry.risk.label.ljust(12), RISK_STYLES[entry.risk.label]),
        Segment(f"{format_age(commit.committed)}  ".rjust(16), "dim"),
        Segment(f"{commit.author}  ", "dim"),
        Segment(commit.subject),
        Segment(f"  ({', '.join(names)})" if names else "", "bold green"),
    ]
