"""The version history of one prompt: what each version changed, and which releases and environments point at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from basalt_cli.diff.prompt import compare_closures
from basalt_cli.errors import NotFoundError
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.change import Change, PromptDiff, Risk, unique_changes, worst_risk
from basalt_cli.model.pointer import Pointers
from basalt_cli.model.version import Version
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.reference import Reference
from basalt_cli.text.slug import path_of, slug_of
from basalt_cli.versions.listing import find_environments, find_releases
from basalt_cli.versions.one_prompt import list_versions
from basalt_cli.versions.reach import Reach, find_partial, find_reach
from basalt_cli.versions.references import open_reference, parse_argument
from basalt_cli.workspace.closures import ClosureReader, Entry
from basalt_cli.workspace.project import Project


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A version with its releases, the environments that run its digest, and its changes from the version before.

    ``previous`` names that version in outputs, None for the first one; ``renamed_from`` is its slug where it differs.
    """

    version: Version
    releases: tuple[str, ...]
    environments: tuple[str, ...]
    changes: tuple[Change, ...]
    previous: str | None
    renamed_from: str | None = None

    @property
    def risk(self) -> Risk:
        """Return the worst risk of the changes."""
        return worst_risk(self.changes)

    @property
    def diff(self) -> PromptDiff:
        """Return the changes as a diff between the version before and this one."""
        return PromptDiff(self.version.slug, self.previous, self.version.commit.id[:9], self.changes)


@dataclass(frozen=True, slots=True)
class Log:
    """The versions of a prompt or a partial, newest first, each read from git when the iterator reaches it.

    ``reach`` is set for a partial.
    """

    slug: str
    entries: Iterator[LogEntry]
    reach: Reach | None = None


def read_log(project: Project, text: str) -> Log:
    """Return the log of a prompt from HEAD, or from the version that a reference names.

    The log of a partial has the commits that changed it, with the changes of the prompts that include it at HEAD.
    """
    partial = find_partial(project, (text,))
    if partial is not None:
        return _read_partial(project, partial)
    reference, state = parse_argument(project, text), TrunkState(project)
    slug = reference.slug
    commit, catalog = open_reference(state, reference)
    if catalog.find_closure(slug) is None:
        _require_not_removed(project, slug, commit)
    catalog.get_closure(slug)
    return Log(slug, _list_entries(state, slug, commit))


def _require_not_removed(project: Project, slug: str, commit: str) -> None:
    """Raise NotFoundError with the commit that removed a prompt, where it existed before."""
    path = f"{project.git_folder}/{path_of(slug)}"
    removal = next(project.repository.walk_simplified(commit, [path]), None)
    if removal is not None:
        message = f"{slug} was removed in {removal.id[:9]} ({removal.subject})"
        raise NotFoundError(message, hint=f"See its versions before that: basalt log {slug}@{removal.id[:9]}~1")


def _list_entries(state: TrunkState, slug: str, commit: str) -> Iterator[LogEntry]:
    project, pointers = state.checkout, state.pointers
    releases: dict[str, dict[str, list[str]]] = {}
    for entry in list_versions(project, slug, commit):
        name = entry.version.slug
        if name not in releases:
            releases[name] = find_releases(project, name)
        # Several versions can have one digest (a revert): the newest of them gets the releases.
        yield _describe(entry, pointers, tuple(releases[name].pop(entry.version.digest, ())))


def _describe(entry: Entry, pointers: Pointers, releases: tuple[str, ...]) -> LogEntry:
    version, previous = entry.version, entry.previous
    environments = find_environments(pointers, version.slug, version.digest)
    changes = compare_closures(previous, entry.closure)
    before = slug_of(previous.path) if previous is not None else None
    renamed = before if before != version.slug else None
    return LogEntry(version, releases, environments, changes, before and "the version before", renamed)


def _read_partial(project: Project, partial: str) -> Log:
    state = TrunkState(project)
    commit, catalog = open_reference(state, Reference(partial, None))
    closures = ((slug, catalog.find_closure(slug)) for slug in catalog.slugs)
    slugs = [slug for slug, closure in closures if closure is not None and partial in closure.paths]
    if not slugs:
        raise NotFoundError(
            f"no prompt at HEAD includes {partial!r}", hint="Name a partial by its path from the prompts folder."
        )
    reach = find_reach(state, partial, slugs)
    return Log(partial, _list_partial_entries(project, partial, slugs, commit), reach)


def _list_partial_entries(project: Project, partial: str, slugs: list[str], start: str) -> Iterator[LogEntry]:
    closures = ClosureReader(project)
    path = f"{project.git_folder}/{partial}"
    for commit in project.repository.walk_simplified(start, [path]):
        parents = project.objects.read_parents(commit.id)
        data = project.open_tree(commit.id).read(partial)
        digest = Closure(partial, ((partial, data),)).digest
        changes: list[Change] = []
        for slug in slugs:
            before = closures.find(parents[0], slug) if parents else None
            after = closures.find(commit.id, slug)
            if before is not None and after is not None:
                changes += compare_closures(before, after)
        yield LogEntry(Version(partial, commit, digest), (), (), unique_changes(changes), None)
