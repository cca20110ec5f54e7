"""Collect the prompts that some environments run into a bundle."""

from __future__ import annotations

from basalt_cli.delivery.answer import Content
from basalt_cli.delivery.bundle_file import Bundle
from basalt_cli.delivery.deployed_prompts import choose_running
from basalt_cli.model.pointer import Pointers
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.versions.listing import read_releases
from basalt_cli.versions.references import read_place
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import get_environment


def build_bundle(project: Project, environments: tuple[str, ...], patterns: tuple[str, ...]) -> Bundle:
    """Return a bundle of what environments run: all prompts, or those that patterns name.

    Raises NotFoundError for an environment that the trunk does not declare, and for a pattern that no environment runs.
    """
    state = TrunkState(project)
    for name in environments:
        get_environment(project, state.policy, name)
    return _read_bundle(state, _choose_pointers(state.pointers, environments, patterns))


def _choose_pointers(pointers: Pointers, environments: tuple[str, ...], patterns: tuple[str, ...]) -> Pointers:
    running = tuple(sorted({slug for name in environments for slug in pointers.get(name, {})}))
    chosen = set(choose_running(running, " or ".join(environments), patterns))
    return {
        name: {slug: pointer for slug, pointer in pointers.get(name, {}).items() if slug in chosen}
        for name in environments
    }


def _read_bundle(state: TrunkState, pointers: Pointers) -> Bundle:
    project = state.project
    names = read_releases(project)
    folder = project.config.prompts
    contents: dict[tuple[str, str], Content] = {}
    releases: dict[tuple[str, str], str] = {}
    for environment, running in pointers.items():
        for slug, pointer in running.items():
            for place in pointer.places:
                key = (slug, place.version)
                contents[key] = Content(*key, read_place(project, slug, environment, place), folder)
                if (slug, place.digest) in names:
                    releases[key] = names[slug, place.digest].removeprefix("v")
    commit = project.objects.read_commit(state.commit)
    seconds = commit.committed if commit is not None else 0
    return Bundle(state.commit, seconds, pointers, tuple(contents.values()), releases, folder)
