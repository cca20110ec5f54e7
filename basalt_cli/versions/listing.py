"""Lists of prompts, and the environments and releases of their versions."""

from __future__ import annotations

from dataclasses import dataclass

from basalt_cli.model.pointer import Pointers
from basalt_cli.model.prompt import Prompt
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.versions.references import list_releases, open_catalog
from basalt_cli.workspace.outlines import OutlineReader
from basalt_cli.workspace.project import Project


@dataclass(frozen=True, slots=True)
class Listed:
    """One prompt of a list; ``prompt`` is None for a file that cannot be parsed."""

    slug: str
    prompt: Prompt | None
    environments: dict[str, str]


def list_prompts(project: Project) -> tuple[Listed, ...]:
    """Return the prompts of the working tree (in a bare repository the trunk), with versions by environment."""
    state = TrunkState(project)
    pointers = state.pointers
    catalog = open_catalog(project, None if project.root is not None else state.commit)
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
    outlines = OutlineReader(project)
    names: dict[str, list[str]] = {}
    for name, commit in list_releases(project, slug).items():
        outline = outlines.find(commit, slug)
        if outline is not None:
            names.setdefault(outline.digest, []).append(name)
    return names


def read_releases(project: Project) -> dict[tuple[str, str], str]:
    """Return the names of all releases, by slug and digest; the highest where a digest has several.

    A release may be tagged on a later commit than the version.
    """
    outlines = OutlineReader(project)
    names: dict[tuple[str, str], str] = {}
    for release in project.repository.list_releases():
        digest = outlines.find_digest(release.commit, release.slug)
        if digest is not None:
            names[release.slug, digest] = release.name
    return names
