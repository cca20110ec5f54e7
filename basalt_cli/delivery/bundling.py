"""Put what some environments run into one file."""

from __future__ import annotations

from basalt_cli.delivery.bundle_file import Bundle, BundledVersion
from basalt_cli.delivery.deployed_prompts import choose_running
from basalt_cli.model.pointer import Pointers
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.versions.listing import read_releases
from basalt_cli.versions.references import read_place
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import get_environment


def build_bundle(project: Project, environments: tuple[str, ...], patterns: tuple[str, ...]) -> Bundle:
    """Return what environments run, of the prompts that patterns name, or of all without any.

    Raises NotFoundError for an environment that is not declared, and for a pattern that none of them runs.
    """
    state = TrunkState(project)
    for name in environments:
        get_environment(project, state.policy, name)
    return _read(state, _choose(state.pointers, environments, patterns))


def _choose(pointers: Pointers, environments: tuple[str, ...], patterns: tuple[str, ...]) -> Pointers:
    running = tuple(sorted({slug for name in environments for slug in pointers.get(name, {})}))
    wanted = set(choose_running(running, " or ".join(environments), patterns))
    return {
        name: {slug: pointer for slug, pointer in pointers.get(name, {}).items() if slug in wanted}
        for name in environments
    }


def _read(state: TrunkState, pointers: Pointers) -> Bundle:
    project = state.project
    releases = read_releases(project)
    versions: dict[str, dict[str, BundledVersion]] = {}
    for environment, running in pointers.items():
        for slug, pointer in running.items():
            for place in pointer.places:
                closure = read_place(project, slug, environment, place)
                release = releases.get((slug, closure.digest))
                number = release.removeprefix("v") if release is not None else None
                versions.setdefault(slug, {})[place.version] = BundledVersion(closure, number)
    commit = project.objects.read_commit(state.commit)
    return Bundle(state.commit, commit.committed if commit is not None else 0, pointers, versions)
