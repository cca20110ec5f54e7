"""The history of one prompt: its versions, what each changed, and what points there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from basalt_cli.model.change import Risk, worst_risk
from basalt_cli.model.version import Version
from basalt_cli.use_cases.comparing import compare_closures
from basalt_cli.use_cases.overview import find_environments, find_releases
from basalt_cli.use_cases.project import Project
from basalt_cli.use_cases.selection import find_commit, open_catalog, parse_argument
from basalt_cli.use_cases.trunk import find_trunk, get_trunk, read_pointers
from basalt_cli.use_cases.versions import list_versions


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A version with its releases, the environments that run its digest, and the risk of its change."""

    version: Version
    releases: tuple[str, ...]
    environments: tuple[str, ...]
    risk: Risk


@dataclass(frozen=True, slots=True)
class Log:
    """The versions of a prompt, newest first, worked out while they are read."""

    slug: str
    entries: Iterator[LogEntry]


def read_log(project: Project, text: str) -> Log:
    """Return the log of a prompt from HEAD, or from the version that a reference names."""
    reference = parse_argument(project, text)
    if reference.selector is not None:
        commit = find_commit(project, reference)
    else:
        commit = project.repository.find_commit("HEAD") or get_trunk(project).commit
    open_catalog(project, commit, reference.selector or "HEAD").get_closure(reference.slug)
    return Log(reference.slug, _entries(project, reference.slug, commit))


def _entries(project: Project, slug: str, commit: str) -> Iterator[LogEntry]:
    trunk = find_trunk(project)
    pointers = read_pointers(project, trunk.commit) if trunk else {}
    releases = find_releases(project, slug)
    for found in list_versions(project, slug, commit):
        version = found.version
        names = tuple(sorted(releases.get(version.commit.id, [])))
        environments = find_environments(pointers, slug, version.digest)
        risk = worst_risk(compare_closures(found.previous, found.closure))
        yield LogEntry(version, names, environments, risk)
