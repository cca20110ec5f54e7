"""What there is and where it runs: the prompts, and their versions by environment."""

from __future__ import annotations

from dataclasses import dataclass

from basalt_cli.model.prompt import Prompt
from basalt_cli.model.version import Version
from basalt_cli.pure.deployments_file import Pointers
from basalt_cli.use_cases.closures import ClosureReader
from basalt_cli.use_cases.project import Project
from basalt_cli.use_cases.selection import list_releases, open_catalog
from basalt_cli.use_cases.trunk import Trunk, find_trunk, get_trunk, read_pointers, require_full_history
from basalt_cli.use_cases.versions import count_behind, find_versions


@dataclass(frozen=True, slots=True)
class Deployed:
    """What one environment runs of one prompt.

    ``behind`` counts the versions up to the newest; None when the commit is not in this clone.
    """

    version: str
    digest: str
    release: str | None
    behind: int | None


@dataclass(frozen=True, slots=True)
class PromptStatus:
    """One prompt: its newest version on the trunk (None when it is not there), and what runs of it, by environment."""

    slug: str
    latest: Version | None
    environments: dict[str, Deployed]


@dataclass(frozen=True, slots=True)
class Status:
    """All prompts by all environments, in promotion order."""

    trunk: Trunk
    environments: tuple[str, ...]
    prompts: tuple[PromptStatus, ...]
    notes: tuple[str, ...]


def read_status(project: Project) -> Status:
    """Return the state of every prompt on the trunk or in an environment."""
    trunk = get_trunk(project)
    require_full_history(project, "status")
    pointers = read_pointers(project, trunk.commit)
    catalog = open_catalog(project, trunk.commit, project.config.trunk)
    environments = project.config.environment_names
    slugs = sorted({*catalog.slugs, *(slug for name in environments for slug in pointers.get(name, {}))})
    latest = find_versions(project, slugs, trunk.commit)
    behind = _count_behind(project, trunk, pointers, latest)
    releases = _read_releases(project)
    prompts = tuple(
        PromptStatus(slug, latest.get(slug), _deployed(slug, environments, pointers, behind, releases))
        for slug in slugs
    )
    return Status(trunk, environments, prompts, tuple(_notes(project, trunk, pointers)))


def _count_behind(
    project: Project, trunk: Trunk, pointers: Pointers, latest: dict[str, Version]
) -> dict[tuple[str, str], int | None]:
    counts: dict[tuple[str, str], int | None] = {}
    asked: dict[tuple[str, str], str] = {}
    known = _known_commits(project, {pointer.version for slugs in pointers.values() for pointer in slugs.values()})
    for environment, slugs in pointers.items():
        for slug, pointer in slugs.items():
            newest = latest.get(slug)
            if pointer.version not in known:
                counts[slug, environment] = None
            elif newest is not None and newest.digest == pointer.digest:
                counts[slug, environment] = 0
            else:
                asked[slug, environment] = pointer.version
    return {**counts, **(count_behind(project, trunk.commit, asked) if asked else {})}


def _known_commits(project: Project, commits: set[str]) -> set[str]:
    """Return those of the commits that this clone has."""
    return {commit for commit in commits if project.objects.has_commit(commit)}


def _read_releases(project: Project) -> dict[tuple[str, str], str]:
    """Return the names of all releases, by slug and digest; of several of one content the highest.

    A release may be tagged on a later commit than the one that brought its content in.
    """
    closures = ClosureReader(project)
    names: dict[tuple[str, str], str] = {}
    for release in project.repository.list_releases():
        closure = closures.find(release.commit, release.slug)
        if closure is not None:
            names[release.slug, closure.digest] = release.name
    return names


def _deployed(
    slug: str,
    environments: tuple[str, ...],
    pointers: Pointers,
    behind: dict[tuple[str, str], int | None],
    releases: dict[tuple[str, str], str],
) -> dict[str, Deployed]:
    found = {}
    for name in environments:
        pointer = pointers.get(name, {}).get(slug)
        if pointer is not None:
            release = releases.get((slug, pointer.digest))
            found[name] = Deployed(pointer.version, pointer.digest, release, behind.get((slug, name)))
    return found


def _notes(project: Project, trunk: Trunk, pointers: Pointers) -> list[str]:
    unknown = [name for name in pointers if name not in project.config.environment_names]
    undeclared = [f"deployments.yaml has pointers for {name!r}, which basalt.yaml does not declare" for name in unknown]
    return [*([trunk.warning] if trunk.warning else []), *undeclared]


@dataclass(frozen=True, slots=True)
class Listed:
    """One prompt of a list: None for a prompt whose file cannot be read as one."""

    slug: str
    prompt: Prompt | None
    environments: dict[str, str]


def list_prompts(project: Project) -> tuple[Listed, ...]:
    """Return the prompts of the working tree (in a bare repository the trunk), with versions by environment."""
    has_repository = project.find_repository() is not None
    trunk = find_trunk(project) if has_repository else None
    pointers = read_pointers(project, trunk.commit) if trunk else {}
    catalog = open_catalog(project, None if project.root is not None else get_trunk(project).commit)
    listed = []
    for slug in catalog.slugs:
        running = {
            name: pointers[name][slug].version
            for name in project.config.environment_names
            if slug in pointers.get(name, {})
        }
        listed.append(Listed(slug, catalog.get_file(slug).prompt, running))
    return tuple(listed)


def find_environments(pointers: Pointers, slug: str, digest: str) -> tuple[str, ...]:
    """Return the environments that run a digest of a prompt."""
    return tuple(name for name, slugs in pointers.items() if slug in slugs and slugs[slug].digest == digest)


def find_releases(project: Project, slug: str) -> dict[str, list[str]]:
    """Return the names of a prompt's releases, oldest first, by the digest of what was released."""
    closures = ClosureReader(project)
    names: dict[str, list[str]] = {}
    for name, commit in list_releases(project, slug).items():
        closure = closures.find(commit, slug)
        if closure is not None:
            names.setdefault(closure.digest, []).append(name)
    return names
