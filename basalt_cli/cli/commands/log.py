"""``basalt log``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any

import typer

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import MaxCountOption, ReferenceArgument, SinceOption, TextOrJson
from basalt_cli.cli.output import RISK_STYLES, Segment, print_json, print_lines, warn
from basalt_cli.cli.times import format_age, format_iso, parse_time
from basalt_cli.history.log import Log, LogEntry, read_log
from basalt_cli.text.words import list_names


def command(
    reference: ReferenceArgument,
    count: MaxCountOption = None,
    since: SinceOption = None,
    patch: Annotated[bool, typer.Option("--patch", "-p", help="Show what each version changed.")] = False,
    output: TextOrJson = "text",
) -> None:
    """Show the versions of a prompt, newest first.

    A version is a commit that changed the prompt or a partial it includes; log shows the risk of its changes. Without a
    selector it starts at HEAD. For a partial it shows the commits that changed it, with the risk for the prompts that
    include it.
    """
    oldest = parse_time(since) if since is not None else None
    with opened_project() as project:
        log = read_log(project, reference)
        recent = (entry for entry in log.entries if oldest is None or entry.version.commit.committed >= oldest)
        entries = _with_warning(islice(recent, count))
        if output == "json":
            print_json({"slug": log.slug, "versions": [_to_json(entry) for entry in entries]})
            return
        _print_reach(log)
        for entry in entries:
            print_lines(_to_lines(entry))
            if patch:
                _print_patch(entry)
            # The newest versions appear at once: a long history takes seconds to read to its end.
            sys.stdout.flush()


def _with_warning(entries: Iterator[LogEntry]) -> Iterator[LogEntry]:
    for entry in entries:
        yield entry
        if entry.version.is_boundary:
            warn("the history ends here, since this clone is shallow; git fetch --unshallow brings the rest")


def _print_reach(log: Log) -> None:
    if log.reach is not None:
        running = "".join(f"; {name} runs {list_names(slugs)}" for name, slugs in log.reach.environments)
        print_lines([[Segment(log.slug, "bold"), Segment(f" is part of {list_names(log.reach.prompts, 20)}{running}")]])


def _print_patch(entry: LogEntry) -> None:
    from basalt_cli.cli.reports.diff.text_format import format_changes

    sys.stdout.write(format_changes(entry.diff) + "\n")


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
        "slug": entry.version.slug,
        "renamed_from": entry.renamed_from,
    }


def _to_lines(entry: LogEntry) -> Iterator[list[Segment]]:
    commit = entry.version.commit
    names = [*entry.releases, *entry.environments]
    yield [
        Segment(commit.id[:9] + " ", "yellow"),
        Segment(entry.risk.label.ljust(12), RISK_STYLES[entry.risk.label]),
        Segment(f"{format_age(commit.committed)}  ".rjust(16), "dim"),
        Segment(f"{commit.author}  ", "dim"),
        Segment(commit.subject),
        Segment(f"  ({', '.join(names)})" if names else "", "bold green"),
    ]
    if entry.renamed_from is not None:
        yield [Segment(f"          renamed from {entry.renamed_from}", "dim")]
