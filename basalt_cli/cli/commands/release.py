"""``basalt release``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import DryRunOption, OptionalSlugsArgument, TextOrJson
from basalt_cli.cli.output import RISK_STYLES, Segment, print_json, print_lines
from basalt_cli.errors import UsageError
from basalt_cli.history.releases import (
    PlannedRelease,
    ReleaseRequest,
    make_releases,
    plan_releases,
    require_something,
)
from basalt_cli.text.release_number import Bump


def command(
    slugs: OptionalSlugsArgument = None,
    every: Annotated[
        bool, typer.Option("--all", help="Release all prompts that changed since their last release.")
    ] = False,
    major: Annotated[bool, typer.Option("--major", help="Increase the major number.")] = False,
    minor: Annotated[bool, typer.Option("--minor", help="Increase the minor number.")] = False,
    patch: Annotated[bool, typer.Option("--patch", help="Increase the patch number.")] = False,
    number: Annotated[str | None, typer.Option("--version", metavar="X.Y.Z", help="Use this number.")] = None,
    dry_run: DryRunOption = False,
    output: TextOrJson = "text",
) -> None:
    """Tag the newest version of prompts as a release.

    A release is an annotated tag SLUG@vX.Y.Z on the trunk. By default the number is the smallest that the changes since
    the last release allow: a breaking change raises the major number, a behavioural one the minor number, any other the
    patch number. A lower number is refused.
    """
    if bool(slugs) is every:
        raise UsageError("release takes either prompts or --all", hint="For example: basalt release support/reply")
    bumps = [bump for bump, given in ((Bump.MAJOR, major), (Bump.MINOR, minor), (Bump.PATCH, patch)) if given]
    if len(bumps) + (number is not None) > 1:
        hint = "Give one of --major, --minor, --patch and --version."
        raise UsageError("more than one option sets the number", hint=hint)
    with opened_project() as project:
        request = ReleaseRequest(tuple(slugs or ()), bumps[0] if bumps else None, number)
        releases = plan_releases(project, request)
        require_something(releases)
        if not dry_run:
            make_releases(project, releases)
    if output == "json":
        print_json({"applied": not dry_run, "releases": [_to_json(release) for release in releases]})
        return
    for release in releases:
        print_lines(_to_lines(release))
    if not dry_run:
        names = " ".join(f"'{release.tag}'" for release in releases[:20])
        print_lines([[], [Segment(f"Next: git push origin {names}")]])


def _to_json(release: PlannedRelease) -> dict[str, Any]:
    return {
        "slug": release.version.slug,
        "release": f"v{release.number}",
        "last": release.last,
        "tag": release.tag,
        "version": release.version.id,
        "digest": release.version.digest,
        "risk": release.risk.label if release.last is not None else None,
        "notes": list(release.notes),
    }


def _to_lines(release: PlannedRelease) -> list[list[Segment]]:
    risk = release.risk.label
    since = [Segment(f"  {risk}", RISK_STYLES[risk]), Segment(f" since {release.last}", "dim")] if release.last else []
    lines = [[Segment(release.tag, "bold"), Segment(f"  {release.version.commit.id[:9]}"), *since]]
    return [*lines, *([Segment(f"  - {note}")] for note in release.notes)]
