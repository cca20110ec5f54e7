"""Release versions of prompts: an annotated tag each, with a number that is high enough for the risk of the changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from basalt_cli.diff.prompt import compare_closures
from basalt_cli.errors import NotFoundError, RefusedError, UsageError
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.git.tags import TagToMake, create_tags
from basalt_cli.model.change import Change, Risk, worst_risk
from basalt_cli.model.version import Version
from basalt_cli.text.reference import is_release
from basalt_cli.text.release_number import Bump, Number, parse_number, smallest_bump
from basalt_cli.versions.one_prompt import list_versions
from basalt_cli.versions.references import expand_slugs, list_releases, open_catalog, strip_path
from basalt_cli.workspace.closures import ClosureReader
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import get_trunk, require_full_history

_FIRST = {None: Number(1, 0, 0), Bump.MAJOR: Number(1, 0, 0), Bump.MINOR: Number(0, 1, 0), Bump.PATCH: Number(0, 0, 1)}
_MOST_NOTES = 100


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """The prompts to release, without patterns all that changed since their last release, and the number to give them.

    Without ``bump`` and ``number`` each gets the smallest number that its changes allow.
    """

    patterns: tuple[str, ...] = ()
    bump: Bump | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedRelease:
    """A release to make: its version and number, and the changes and commit subjects since the last release.

    ``last`` is the name of that release, as in ``v1.2.0``; None for a first one, which has no changes.
    """

    version: Version
    number: Number
    last: str | None
    changes: tuple[Change, ...]
    notes: tuple[str, ...]

    @property
    def tag(self) -> str:
        """Return the name of the tag."""
        return f"{self.version.slug}@v{self.number}"

    @property
    def risk(self) -> Risk:
        """Return the worst risk of the changes."""
        return worst_risk(self.changes)


def plan_releases(project: Project, request: ReleaseRequest) -> tuple[PlannedRelease, ...]:
    """Return the releases to make of prompts on the trunk; those without a change since the last one are left out.

    Raises RefusedError for a number that is too low for the changes, and for a named prompt without a change.
    """
    require_full_history(project, "a release")
    if request.number is not None and not is_release(request.number):
        raise UsageError(f"{request.number!r} is not a release number", hint="Write it as 1.2.0.")
    trunk = get_trunk(project)
    catalog = open_catalog(project, trunk.commit, project.config.trunk)
    patterns = tuple(strip_path(project, pattern) for pattern in request.patterns)
    for pattern in patterns:
        if "@" in pattern:
            hint = f"Name the prompt alone: release tags its newest version on {project.config.trunk}."
            raise UsageError(f"{pattern!r} names a version", hint=hint)
    slugs = expand_slugs(catalog, patterns) if patterns else catalog.slugs
    if request.number is not None and len(slugs) != 1:
        hint = "Leave --version out: each prompt gets its own number."
        raise UsageError(f"--version takes one prompt, and this names {len(slugs)}", hint=hint)
    closures = ClosureReader(project)
    found = [_plan(project, closures, slug, trunk.commit, request) for slug in slugs]
    return tuple(release for release in found if release is not None)


def _plan(
    project: Project, closures: ClosureReader, slug: str, tip: str, request: ReleaseRequest
) -> PlannedRelease | None:
    last = next(reversed(list_releases(project, slug).items()), None)
    now = closures.find(tip, slug)
    assert now is not None
    before = closures.find(last[1], slug) if last is not None else None
    if last is not None and before is not None and before.digest == now.digest:
        if not request.patterns:
            return None
        hint = f"Commit a change of it on {project.config.trunk} first."
        raise RefusedError(f"{slug} did not change since {last[0]}", hint=hint)
    versions = list(_versions_since(project, slug, tip, before))
    changes = compare_closures(before, now) if last is not None else ()
    number = _choose_number(slug, last[0] if last else None, changes, request)
    notes = tuple(f"{version.commit.subject} ({version.commit.id[:9]})" for version in versions[:_MOST_NOTES])
    return PlannedRelease(versions[0], number, last[0] if last else None, changes, notes)


def _versions_since(project: Project, slug: str, tip: str, before: Closure | None) -> Iterator[Version]:
    for entry in list_versions(project, slug, tip):
        if before is not None and entry.version.digest == before.digest:
            return
        yield entry.version


def _choose_number(slug: str, last: str | None, changes: tuple[Change, ...], request: ReleaseRequest) -> Number:
    asked = parse_number(request.number) if request.number is not None else None
    if last is None:
        return asked or _FIRST[request.bump]
    current = parse_number(last)
    needed = smallest_bump(current, worst_risk(changes))
    smallest = current.raised(needed)
    number = asked or current.raised(request.bump if request.bump is not None else needed)
    if number <= current:
        hint = f"Give at least {smallest}."
        raise UsageError(f"{number} is not higher than {last}, the last release of {slug}", hint=hint)
    if number < smallest:
        reasons = "".join(f"\n  {c.risk.label}: {c.message}" for c in changes if c.risk is worst_risk(changes))
        message = f"{number} is too low for the changes of {slug} since {last}:{reasons}"
        raise RefusedError(message, hint=f"Give at least {smallest}.")
    return number


def make_releases(project: Project, releases: tuple[PlannedRelease, ...]) -> None:
    """Make the tags, all of them or none."""
    create_tags(project.repository, [TagToMake(r.tag, r.version.commit.id, format_notes(r)) for r in releases])


def format_notes(release: PlannedRelease) -> str:
    """Return the tag's message: a subject, a line for each note, and the trailers with digest and risk."""
    lines = [f"Release {release.version.slug} {release.number}", ""]
    lines += [f"- {note}" for note in release.notes]
    lines += ["", f"Basalt-Digest: {release.version.digest}"]
    if release.last is not None:
        lines.append(f"Basalt-Risk: {release.risk.label}")
    return "\n".join(lines) + "\n"


def require_something(releases: tuple[PlannedRelease, ...]) -> None:
    """Raise NotFoundError where there is no release to make."""
    if not releases:
        raise NotFoundError("no prompt changed since its last release", hint="Commit a change on the trunk first.")
