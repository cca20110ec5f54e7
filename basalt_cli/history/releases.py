"""Release versions of prompts: an annotated tag each, with a number that says honestly what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from basalt_cli.diff.closures import compare_closures
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
    """What somebody asked to release: prompts, or with none all that changed since each one's last release."""

    patterns: tuple[str, ...] = ()
    bump: Bump | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedRelease:
    """A release to be made: the version it names, the number, what changed since the last one, and notes on it."""

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
    """Work out the releases of what is on the trunk; makes nothing.

    Raises RefusedError for a number that would hide a change, or where nothing changed since the last release.
    """
    require_full_history(project, "a release")
    if request.number is not None and not is_release(request.number):
        raise UsageError(f"{request.number!r} is no release number", hint="Write it as 1.2.0.")
    trunk = get_trunk(project)
    catalog = open_catalog(project, trunk.commit, project.config.trunk)
    patterns = tuple(strip_path(project, pattern) for pattern in request.patterns)
    for pattern in patterns:
        if "@" in pattern:
            hint = f"Name the prompt alone: its newest version on {project.config.trunk} is released."
            raise UsageError(f"{pattern!r} names a version behind the slug", hint=hint)
    slugs = expand_slugs(catalog, patterns) if patterns else catalog.slugs
    if request.number is not None and len(slugs) != 1:
        raise UsageError("--version goes with one prompt", hint="Leave it out: each prompt has a number of its own.")
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
        raise RefusedError(f"nothing of {slug} changed since {last[0]}", hint="Change something, and commit it first.")
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
        raise UsageError(f"{number} does not come after {last}, the last release of {slug}", hint=f"As in {smallest}.")
    if number < smallest:
        reasons = "".join(f"\n  {c.risk.label}: {c.message}" for c in changes if c.risk is worst_risk(changes))
        message = f"{number} would hide what changed in {slug} since {last}:{reasons}"
        raise RefusedError(message, hint=f"The smallest honest number is {smallest}.")
    return number


def make_releases(project: Project, releases: tuple[PlannedRelease, ...]) -> None:
    """Make the tags, all of them or none."""
    create_tags(project.repository, [TagToMake(r.tag, r.version.commit.id, format_notes(r)) for r in releases])


def format_notes(release: PlannedRelease) -> str:
    """Return the tag's message: a subject, a line a change of the history, and trailers that a machine reads."""
    lines = [f"Release {release.version.slug} {release.number}", ""]
    lines += [f"- {note}" for note in release.notes]
    lines += ["", f"Basalt-Digest: {release.version.digest}"]
    if release.last is not None:
        lines.append(f"Basalt-Risk: {release.risk.label}")
    return "\n".join(lines) + "\n"


def require_something(releases: tuple[PlannedRelease, ...]) -> None:
    """Raise NotFoundError where no prompt has anything to release."""
    if not releases:
        raise NotFoundError("no prompt changed since its last release", hint="Commit a change on the trunk first.")
