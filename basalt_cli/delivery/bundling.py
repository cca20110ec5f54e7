"""Put what some environments run into one file."""

from __future__ import annotations

from basalt_cli.delivery.bundle_file import Bundle, BundledVersion
from basalt_cli.delivery.deployed_prompts import choose_running
from basalt_cli.model.pointer import Pointers
from basalt_cli.pointers.opening import read_pointers
from basalt_cli.versions.listing import read_releases
from basalt_cli.versions.references import read_place
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk, get_environment, get_trunk, read_policy


def build_bundle(project: Project, environments: tuple[str, ...], patterns: tuple[str, ...]) -> Bundle:
    """Return what environments run, of the prompts that patterns name, or of all without any.

    Raises NotFoundError for an environment that is not declared, and for a pattern that none of them runs.
    """
    trunk = get_trunk(project)
    policy = read_policy(project, trunk)
    for name in environments:
        get_environment(project, policy, name)
    project.adopt(policy)
    pointers = _choose(read_pointers(project, trunk), environments, patterns)
    return _read(project, trunk, pointers)


def _choose(pointers: Pointers, environments: tuple[str, ...], patterns: tuple[str, ...]) -> Pointers:
    running = tuple(sorted({slug for name in environments for slug in pointers.get(name, {})}))
    wanted = set(choose_running(running, " or ".join(environments), patterns))
    return {
        name: {slug: pointer for slug, pointer in pointers.get(name, {}).items() if slug in wanted}
        for name in environments
    }


def _read(project: Project, trunk: Trunk, pointers: Pointers) -> Bundle:
    releases = read_releases(project)
    versions: dict[str, dict[str, BundledVersion]] = {}
    for environment, running in pointers.items():
        for slug, pointer in running.items():
            for place in pointer.places:
                closure = read_place(project, slug, environment, place)
                release = releases.get((slug, closure.digest))
                number = release.removeprefix("v") if release is not None else None
                versions.setdefault(slug, {})[place.version] = BundledVersion(closure, number)
    commit = project.objects.read_commit(trunk.commit)
    return Bundle(trunk.commit, commit.committed if commit is not None else 0, pointers, versions)
