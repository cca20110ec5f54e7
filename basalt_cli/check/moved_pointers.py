"""Judge the pointers that a branch moves: by the gates of the base, as a promotion would be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.diff.many import Step, compare_steps
from basalt_cli.environments.gates import Candidate, Situation, judge
from basalt_cli.model.config import Config
from basalt_cli.model.pointer import GateResult, Pointer, Pointers
from basalt_cli.pointers.opening import open_reader
from basalt_cli.versions.references import open_catalog
from basalt_cli.versions.walk import find_versions
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk


class MovedPointer(NamedTuple):
    """A pointer that a branch moves, and the verdicts on that; ``problem`` where none could be reached.

    ``has_command`` says that a command of the policy's would have to judge it as well.
    """

    environment: str
    slug: str
    new: Pointer | None
    gates: tuple[GateResult, ...] = ()
    problem: str | None = None
    has_command: bool = False


def judge_moves(
    project: Project,
    trunk: Trunk,
    policy: Config,
    before: Pointers,
    after: Pointers,
    running: Pointers,
    allowed: dict[str, str],
) -> Iterator[MovedPointer]:
    """Yield a verdict for each pointer that is another after than before; ``allowed`` are reasons by prompt.

    ``running`` is what the trunk says now, which gates go by: the base may be older.
    """
    for environment in policy.environments:
        old, new = before.get(environment.name, {}), after.get(environment.name, {})
        for slug in sorted(old.keys() | new.keys()):
            if old.get(slug) != new.get(slug):
                situation = Situation(
                    project, policy, environment, trunk, open_reader(project, trunk), running, allowed.get(slug),
                    int(time.time()),
                )  # fmt: skip
                yield from _judge_places(situation, slug, old.get(slug), new.get(slug))


def _judge_places(situation: Situation, slug: str, old: Pointer | None, new: Pointer | None) -> Iterator[MovedPointer]:
    """Yield a verdict for each version that would run and did not, those of a roll-out among them."""
    if new is None:
        yield MovedPointer(situation.environment.name, slug, None)
        return
    known = {(place.version, place.digest) for place in old.places} if old is not None else set()
    for place in new.places:
        if (place.version, place.digest) not in known:
            yield _judge(situation, slug, old, Pointer(place.version, place.digest))


def _judge(situation: Situation, slug: str, old: Pointer | None, new: Pointer) -> MovedPointer:
    project, name = situation.project, situation.environment.name
    if not project.objects.has_commit(new.version):
        return MovedPointer(name, slug, new, problem=f"{new.version[:9]} is not in this clone")
    version = find_versions(project, [slug], new.version).get(slug)
    if version is None or version.digest != new.digest:
        return MovedPointer(name, slug, new, problem=f"the digest is not that of {slug} at {new.version[:9]}")
    step = Step(slug, (old.version, old.digest) if old is not None else None, (version.commit.id, version.digest))
    (changes,) = compare_steps(project, [step])
    shared = situation.trunk.upstream or situation.trunk.commit
    is_merged = not project.repository.find_unreached([new.version], [shared])
    candidate = Candidate(version, open_catalog(project, new.version), changes, is_merged)
    has_command = any(gate.name == "command" for gate in situation.environment.gates)
    return MovedPointer(name, slug, new, judge(situation, candidate), has_command=has_command)
