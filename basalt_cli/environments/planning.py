"""Promote: plan which pointers would move to which versions, and judge each step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from basalt_cli.diff.many import Step, compare_steps
from basalt_cli.environments.gates import Candidate, Situation, judge
from basalt_cli.environments.plans import Move, Plan, run_command_gates
from basalt_cli.environments.rollback import NOTHING, find_rolled_back
from basalt_cli.environments.targets import Targets, Wanted, find_edited, find_targets
from basalt_cli.errors import BasaltError, RefusedError, UsageError
from basalt_cli.model.change import unique_changes
from basalt_cli.model.config import Environment
from basalt_cli.model.pointer import Announcement, GateResult, Pointer, Pointers, Share
from basalt_cli.model.version import Version
from basalt_cli.pointers.integrity import find_flaws
from basalt_cli.pointers.opening import open_reader
from basalt_cli.pointers.types import Reliance
from basalt_cli.text.words import list_names
from basalt_cli.versions.references import open_catalog, strip_path
from basalt_cli.versions.walk import find_again
from basalt_cli.workspace.outlines import OutlineReader
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk, get_environment, get_trunk, read_policy, require_full_history

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked to move, where to, and on which terms; ``percent`` asks for a gradual roll-out."""

    wanted: Wanted
    environment: str
    percent: int | None = None
    reason: str | None = None
    is_forced: bool = False
    allowed_breaking: str | None = None
    allows_unmerged: bool = False


@dataclass(frozen=True, slots=True)
class _Draft:
    """A pointer that would move, before it is judged."""

    slug: str
    old: Pointer | None
    new: Pointer
    version: Version
    is_merged: bool


def plan_promotion(project: Project, request: Request, trunk: Trunk | None = None) -> Plan:
    """Work out what a promotion would move; changes nothing. ``trunk`` is another one than this clone's own."""
    _require_sensible(request)
    require_full_history(project, "a promotion")
    trunk = trunk or get_trunk(project)
    policy = read_policy(project, trunk)
    environment = get_environment(project, policy, request.environment)
    project.adopt(policy)
    patterns = tuple(strip_path(project, pattern) for pattern in request.wanted.patterns)
    request = replace(request, wanted=request.wanted._replace(patterns=patterns))
    reader = open_reader(project, trunk)
    pointers = reader.read()
    situation = Situation(
        project, policy, environment, trunk, reader, pointers, request.allowed_breaking, int(time.time())
    )
    targets = _find_targets(project, request, environment, trunk, pointers)
    return _plan(request, situation, targets)


def _require_sensible(request: Request) -> None:
    wanted = request.wanted
    for pattern in wanted.patterns:
        if "@" in pattern:
            slug, _, selector = pattern.partition("@")
            hint = f"Write basalt promote {slug} --to {request.environment} --version '{selector or 'latest'}'."
            raise UsageError(f"{pattern!r} names a version behind the slug", hint=hint)
    if bool(wanted.patterns) is wanted.everything:
        raise UsageError("name prompts, or give --all", hint="As in basalt promote support/reply --to staging.")
    if wanted.source == "":
        raise UsageError("--from names no environment", hint="Leave it out, or name one.")
    if wanted.source is not None and wanted.selector is not None:
        raise UsageError("--from and --version exclude each other", hint="Give one of them.")
    if request.is_forced and not (request.reason or "").strip():
        raise UsageError("--force needs a reason, which is recorded", hint="Add --reason TEXT.")
    if request.allowed_breaking is not None and not request.allowed_breaking.strip():
        raise UsageError("--allow-breaking needs a reason, which is recorded", hint="As in --allow-breaking 'agreed'.")
    if request.percent is not None and not 1 <= request.percent <= _WHOLE:
        raise UsageError("--percent goes from 1 to 100", hint="100 completes a roll-out; basalt rollback ends it.")


def _find_targets(
    project: Project, request: Request, environment: Environment, trunk: Trunk, pointers: Pointers
) -> Targets:
    """Find the versions; without a word on which, a roll-out goes on with the version that it rolls out."""
    targets = find_targets(project, request.wanted, environment, trunk, pointers)
    if request.percent is None or request.wanted.selector is not None or request.wanted.source is not None:
        return targets
    from basalt_cli.versions.walk import find_versions

    versions = dict(targets.versions)
    for slug in versions:
        pointer = pointers.get(environment.name, {}).get(slug)
        if pointer is not None and pointer.rollout:
            versions |= find_versions(project, [slug], pointer.rollout[0].version)
    return targets._replace(versions=versions)


def _plan(request: Request, situation: Situation, targets: Targets) -> Plan:
    running = situation.pointers.get(situation.environment.name, {})
    asked = targets.versions.keys() if request.wanted.everything else ()
    blocked = find_rolled_back(situation.reader, situation.environment.name, asked)
    sound = _find_sound(situation, {slug: pointer for slug, pointer in running.items() if slug in targets.versions})
    drafts: list[_Draft] = []
    current, skipped = [], []
    for slug, (version, is_merged) in _find_merged(request, situation, targets.versions).items():
        old = running.get(slug)
        new = _find_pointer(request, slug, old, version)
        if new == old or (old is not None and old.digest == new.digest and _is_sound(sound, slug, old, new)):
            current.append(slug)
        elif NOTHING in blocked.get(slug, ()):
            skipped.append((slug, "its pointer was taken away; name the prompt to promote it again"))
        elif version.digest in blocked.get(slug, ()):
            skipped.append((slug, f"{version.commit.id[:9]} was rolled back; name the prompt to promote it again"))
        else:
            drafts.append(_Draft(slug, old, new, version, is_merged))
    plan = Plan(
        situation.environment,
        situation.trunk,
        Announcement("rollout" if _is_partial(request) else "promote", request.reason, request.is_forced),
        tuple(_judge_all(situation, drafts)),
        tuple(current),
        tuple(skipped),
        tuple(_notes(situation.project, situation.trunk, [draft.slug for draft in drafts])),
        tuple(_find_reliances(situation, drafts, targets.source)),
    )
    return run_command_gates(situation.project, plan)


def _find_reliances(situation: Situation, drafts: list[_Draft], taken_from: str | None) -> Iterator[Reliance]:
    """Yield the pointers that the versions were taken from, and those that gates looked at."""
    looks = any(gate.name in ("from", "soak") for gate in situation.environment.gates)
    for source in filter(None, dict.fromkeys((taken_from, situation.environment.source if looks else None))):
        running = situation.pointers.get(source, {})
        yield from (Reliance(source, draft.slug, running.get(draft.slug)) for draft in drafts)


def _is_partial(request: Request) -> bool:
    return request.percent is not None and request.percent < _WHOLE


def _find_sound(situation: Situation, running: dict[str, Pointer]) -> set[str]:
    """Return the prompts whose pointers have no flaw, so that the same content needs no move."""
    name = situation.environment.name
    flaws = find_flaws(situation.project, situation.trunk, {name: running})
    return running.keys() - {flaw.slug for flaw in flaws}


def _is_sound(sound: set[str], slug: str, old: Pointer, new: Pointer) -> bool:
    """Say whether a pointer runs the same content to all from another commit, and well so."""
    return slug in sound and not old.rollout and not new.rollout


def _find_pointer(request: Request, slug: str, old: Pointer | None, version: Version) -> Pointer:
    new = Pointer(version.commit.id, version.digest)
    if not _is_partial(request):
        return new
    assert request.percent is not None
    if old is None:
        hint = f"Promote a first version to all: basalt promote {slug} --to {request.environment}"
        raise BasaltError(f"nothing of {slug} runs in {request.environment}, beside which to roll out", hint=hint)
    if old.digest == version.digest:
        if old.rollout:
            hint = f"End the roll-out: basalt rollback {slug} --env {request.environment}"
            raise BasaltError(f"{version.commit.id[:9]} is what the roll-out of {slug} started from", hint=hint)
        return old
    return old._replace(rollout=(Share(new.version, new.digest, request.percent),))


def _find_merged(
    request: Request, situation: Situation, versions: dict[str, Version]
) -> dict[str, tuple[Version, bool]]:
    """Return each version as the shared trunk has it, and whether it does.

    The shared trunk is the upstream where there is one: what only this clone has, nobody else could run. Where the
    version's commit is not there, another one may hold the same digest.
    """
    trunk = situation.trunk
    shared = trunk.upstream or trunk.commit
    commits = {version.commit.id for version in versions.values()}
    unreached = situation.project.repository.find_unreached(commits, [shared])
    return {
        slug: (version, True) if version.commit.id not in unreached else _find_elsewhere(request, situation, version)
        for slug, version in versions.items()
    }


def _find_elsewhere(request: Request, situation: Situation, version: Version) -> tuple[Version, bool]:
    project, trunk = situation.project, situation.trunk
    found = find_again(project, trunk, version.slug, version.digest)
    if found is not None:
        return found, True
    if request.allows_unmerged:
        return version, False
    place = f"{version.slug} at {version.commit.id[:9]}"
    if project.repository.is_ancestor(version.commit.id, trunk.commit):
        hint = f"Push it first: git push, on {project.config.trunk}."
        raise RefusedError(f"{place} is on {project.config.trunk} here and not yet in {trunk.shared_name}", hint=hint)
    hint = "Merge it first; only what is on the trunk can be promoted, unless with --allow-unmerged."
    raise RefusedError(f"{place} is not on the trunk {project.config.trunk!r}", hint=hint)


def _judge_all(situation: Situation, drafts: list[_Draft]) -> Iterator[Move]:
    """Find out what changes in each step, and run the gates on it."""
    project = situation.project
    outlines = OutlineReader(project)
    steps = [_find_steps(project, outlines, draft) for draft in drafts]
    found = iter(compare_steps(project, [step for several in steps for step in several]))
    for draft, several in zip(drafts, steps, strict=True):
        # Who is on either side of a roll-out goes this step.
        changes = unique_changes(change for _ in several for change in next(found))
        gates: tuple[GateResult, ...] = ()
        if situation.environment.gates:
            catalog = open_catalog(project, draft.version.commit.id)
            is_blind = draft.old is not None and any(step.old is None for step in several)
            gates = judge(situation, Candidate(draft.version, catalog, changes, draft.is_merged, is_blind))
        yield Move(draft.slug, draft.old, draft.new, draft.version, changes, gates, draft.is_merged)


def _find_steps(project: Project, outlines: OutlineReader, draft: _Draft) -> list[Step]:
    """Return the steps to a version from each version that runs: the pointer's own, and those that are rolled out."""
    new = (draft.version.commit.id, draft.version.digest)
    running = draft.old.places if draft.old is not None else []
    steps = []
    for place in running[:1] if draft.new.rollout else running:
        is_known = project.objects.has_commit(place.version)
        digest = outlines.find_digest(place.version, draft.slug) if is_known else None
        # What the commit has, and not what the pointer says of it, is what is compared.
        steps.append(Step(draft.slug, (place.version, digest) if digest is not None else None, new))
    return steps or [Step(draft.slug, None, new)]


def _notes(project: Project, trunk: Trunk, slugs: list[str]) -> Iterator[str]:
    if trunk.warning:
        yield trunk.warning
    differing = find_edited(project, trunk, slugs)
    if differing:
        names = list_names(differing)
        committed = "what is promoted is the committed version"
        yield f"the working tree's {names} differs from {project.config.trunk}; {committed}"
