"""What a reference names: version, digest and files, now or at an earlier time."""

from __future__ import annotations

from dataclasses import dataclass

from basalt_cli.errors import UsageError
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.version import Version
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.reference import SelectorKind, parse_selector
from basalt_cli.versions.listing import find_environments, find_releases
from basalt_cli.versions.lookup import find_versions
from basalt_cli.versions.references import find_commit, open_catalog, parse_argument
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import get_earlier_trunk

_MOVING = (SelectorKind.ENVIRONMENT, SelectorKind.LATEST, SelectorKind.BACK)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a reference names; ``version`` is None for a working tree that differs from HEAD."""

    slug: str
    closure: Closure
    version: Version | None
    release: str | None
    environments: tuple[str, ...]


def resolve(project: Project, text: str, as_of_seconds: int | None = None) -> Resolved:
    """Resolve a reference; ``as_of_seconds`` (since 1970) resolves it as of that time, by the trunk's commits."""
    reference = parse_argument(project, text)
    if as_of_seconds is not None:
        _require_moving(project, reference.selector)
    state = TrunkState(project, get_earlier_trunk(project, as_of_seconds) if as_of_seconds is not None else None)
    commit = find_commit(state, reference) if reference.selector is not None else None
    closure = open_catalog(project, commit, reference.selector).get_closure(reference.slug)
    if commit is None and state.found is None:
        return Resolved(reference.slug, closure, None, None, ())
    start = commit or project.repository.find_commit("HEAD")
    version = find_versions(project, [reference.slug], start).get(reference.slug) if start is not None else None
    is_it = version is not None and version.digest == closure.digest
    releases = find_releases(project, reference.slug).get(closure.digest, [])
    environments = find_environments(state.pointers, reference.slug, closure.digest)
    release = releases[-1] if releases else None
    return Resolved(reference.slug, closure, version if is_it else None, release, environments)


def _require_moving(project: Project, selector: str | None) -> None:
    kind = parse_selector(selector, project.config.environment_names).kind if selector is not None else None
    if kind not in _MOVING:
        hint = "Name an environment, latest or ~N: any other selector means the same at any time."
        raise UsageError(f"--as-of needs a selector that moves, not {selector or 'the working tree'!r}", hint=hint)
