"""Overviews of the prompts of a repository: their versions, and the environments that run them."""

from __future__ import annotations

from basalt_cli.client.responses import Overview
from basalt_cli.model.pointer import Pointers, Share
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.reference import Reference
from basalt_cli.versions.listing import read_releases
from basalt_cli.versions.one_prompt import list_versions
from basalt_cli.versions.references import find_commit, open_catalog


def list_prompts(state: TrunkState) -> list[Overview]:
    """Return all prompts of the trunk, and those that were deleted there and still run in an environment."""
    project, pointers = state.project, state.pointers
    releases = read_releases(project)
    catalog = open_catalog(project, state.commit, project.config.trunk)
    slugs = sorted({*catalog.slugs, *(slug for running in pointers.values() for slug in running)})
    found = []
    for slug in slugs:
        prompt = catalog.get_file(slug).prompt if catalog.find_closure(slug) is not None else None
        named = [name for (owner, _), name in releases.items() if owner == slug]
        running = [(place.version, place.digest) for place in _list_running(pointers, slug)]
        rest = [version for version, digest in running if (slug, digest) not in releases]
        versions = tuple(dict.fromkeys([*_newest_first(named), *rest]))
        found.append(Overview(prompt, slug, versions, _find_tags(pointers, slug)))
    return found


def describe(state: TrunkState, slug: str, selector: str | None) -> Overview:
    """Describe a prompt at a selector; for None, as it is on the trunk."""
    project = state.project
    commit = find_commit(state, Reference(slug, selector)) if selector else state.commit
    prompt = open_catalog(project, commit, selector or project.config.trunk).get_prompt(slug)
    releases = read_releases(project)
    entries = list_versions(project, slug, state.commit)
    versions = [releases.get((slug, e.version.digest), e.version.commit.id).removeprefix("v") for e in entries]
    return Overview(prompt, slug, tuple(dict.fromkeys(versions)), _find_tags(state.pointers, slug))


def _list_running(pointers: Pointers, slug: str) -> list[Share]:
    return [place for running in pointers.values() if slug in running for place in running[slug].places]


def _find_tags(pointers: Pointers, slug: str) -> tuple[str, ...]:
    return tuple(name for name, running in pointers.items() if slug in running)


def _newest_first(names: list[str]) -> list[str]:
    numbers = [name.removeprefix("v") for name in names]
    return sorted(numbers, key=lambda number: [int(part) for part in number.split(".")], reverse=True)
