"""``basalt resolve``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import ReferenceArgument, TextOrJson
from basalt_cli.cli.output import Segment, align, print_json, print_lines
from basalt_cli.cli.times import format_iso, parse_time
from basalt_cli.versions.resolving import Resolved, resolve


def command(
    reference: ReferenceArgument,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="TIME", help="Resolve as of TIME: 2026-11-24T12:00:00Z, '2 days ago'."),
    ] = None,
    output: TextOrJson = "text",
) -> None:
    """Show the version, digest and files that a reference means.

    With --as-of, an environment means the version that it ran at that time, by the commit times of the trunk.
    """
    seconds = parse_time(as_of) if as_of is not None else None
    with opened_project() as project:
        resolved = resolve(project, reference, seconds)
    if output == "json":
        print_json(_to_json(resolved))
    else:
        print_lines(align([[Segment(name, "bold"), Segment(value)] for name, value in _to_rows(resolved)]))


def _to_json(resolved: Resolved) -> dict[str, Any]:
    version = resolved.version
    return {
        "slug": resolved.slug,
        "version": version.id if version is not None else None,
        "digest": resolved.closure.digest,
        "files": list(resolved.closure.paths),
        "release": resolved.release,
        "environments": list(resolved.environments),
        "time": format_iso(version.commit.committed) if version is not None else None,
    }


def _to_rows(resolved: Resolved) -> list[tuple[str, str]]:
    version = resolved.version
    state = "not committed"
    if version is not None:
        state = version.id or "unknown: this clone is shallow"
    return [
        ("slug", resolved.slug),
        ("version", state),
        ("digest", resolved.closure.digest),
        ("files", ", ".join(resolved.closure.paths)),
        ("release", resolved.release or "-"),
        ("environments", ", ".join(resolved.environments) or "-"),
        ("time", format_iso(version.commit.committed) if version is not None else "-"),
    ]
