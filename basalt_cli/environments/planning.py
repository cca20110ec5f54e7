"""Plan a promotion: which pointers move to which versions, and what each step changes."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.diff.many import Step, compare_steps
from basalt_cli.environments.gates import GateContext, judge
from basalt_cli.environments.plans import run_command_gates
from basalt_cli.environments.request import Request, require_sensible
from basalt_cli.environments.rollback import NOTHING, find_rolled_back
from basalt_cli.environments.targets import find_edited, find_source, find_targets
from basalt_cli.errors import BasaltError, RefusedError
from basalt_cli.model.change import unique_changes, worst_risk
from basalt_cli.model.pointer import Move, Plan, Pointer, Share
from basalt_cli.model.version import Version
from basalt_cli.pointers.integrity import find_flaws
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.words import list_names
from basalt_cli.versions.lookup import find_again, find_versions
from basalt_cli.versions.references import strip_path
from basalt_cli.workspace.outlines import OutlineReader
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import get_environment, require_full_history


def plan_promotion(state: TrunkState, request: Request) -> Plan:
    """Return the plan of a promotion, with the verdicts of its gates; changes nothing."""
    require_sensible(request)
    require_full_history(state.checkout, "a promotion")
    environment = get_environment(state.checkout, state.policy, request.environment)
    project = state.project
    request = request._replace(patterns=tuple(strip_path(project, pattern) for pattern in request.patterns))
    context = GateContext(project, state, environment, request.allowed_breaking)
    versions = _continue_rollout(state, request, find_targets(state, request, environment))
    moves, current, skipped = _draft(context, request, versions)
    judged = tuple(_judge_all(context, moves))
    plan = Plan(
        "rollout" if request.is_partial else "promote",
        judged,
        request.reason,
        request.is_forced,
        relies_on=tuple(_find_reliances(context, judged, find_source(request, environment))),
        environment=environment,
        current=tuple(current),
        skipped=tuple(skipped),
        notes=tuple(_notes(state, [move.slug for move in judged])),
    )
    return run_command_gates(state, plan)


def _continue_rollout(state: TrunkState, request: Request, versions: dict[str, Version]) -> dict[str, Version]:
    """Return the versions to roll out: where the request names none, those that are being rolled out already."""
    if request.percent is None or request.selector is not None or request.source is not None:
        return versions
    found = dict(versions)
    for slug in versions:
        pointer = state.pointers.get(request.environment, {}).get(slug)
        if pointer is not None and pointer.rollout:
            found |= find_versions(state.project, [slug], pointer.rollout[0].version)
    return found


def _draft(
    context: GateContext, request: Request, versions: dict[str, Version]
) -> tuple[list[Move], list[str], list[tuple[str, str]]]:
    """Return the moves before they are judged, the prompts that are current, and those to skip with the reason."""
    state, name = context.state, context.environment.name
    running = state.pointers.get(name, {})
    blocked = find_rolled_back(state.reader, name, versions.keys() if request.everything else ())
    sound = _find_sound(context, {slug: pointer for slug, pointer in running.items() if slug in versions})
    moves: list[Move] = []
    current: list[str] = []
    skipped: list[tuple[str, str]] = []
    for slug, (version, is_merged) in _find_merged(request, state, versions).items():
        old = running.get(slug)
        new = _find_pointer(request, slug, old, version)
        if new == old or (slug in sound and old is not None and _runs_the_same(old, new)):
            current.append(slug)
        elif NOTHING in blocked.get(slug, ()):
            skipped.append((slug, "its pointer was removed; name the prompt to promote it again"))
        elif version.digest in blocked.get(slug, ()):
            skipped.append((slug, f"{version.commit.id[:9]} was rolled back; name the prompt to promote it again"))
        else:
            moves.append(Move(slug, name, old, new, version, is_merged=is_merged))
    return moves, current, skipped


def _find_reliances(context: GateContext, moves: tuple[Move, ...], taken_from: str | None) -> Iterator[Move]:
    """Yield the pointers that must not move meanwhile: those that versions were taken from or that gates read."""
    reads = any(gate.name in ("from", "soak") for gate in context.environment.gates)
    for source in filter(None, dict.fromkeys((taken_from, context.environment.source if reads else None))):
        running = context.state.pointers.get(source, {})
        for move in moves:
            pointer = running.get(move.slug)
            yield Move(move.slug, source, pointer, pointer)


def _find_sound(context: GateContext, running: dict[str, Pointer]) -> set[str]:
    """Return the prompts whose pointers have no flaw, so that equal content needs no move."""
    flaws = find_flaws(context.project, context.state.trunk, {context.environment.name: running})
    return running.keys() - {flaw.slug for flaw in flaws}


def _runs_the_same(old: Pointer, new: Pointer) -> bool:
    return old.digest == new.digest and not old.rollout and not new.rollout


def _find_pointer(request: Request, slug: str, old: Pointer | None, version: Version) -> Pointer:
    new = Pointer(version.commit.id, version.digest)
    if not request.is_partial:
        return new
    assert request.percent is not None
    if old is None:
        hint = f"Promote a first version to all callers: basalt promote {slug} --to {request.environment}"
        message = f"{slug} is not deployed to {request.environment}, and --percent needs a version that is deployed"
        raise BasaltError(message, hint=hint)
    if old.digest == version.digest:
        if old.rollout:
            hint = f"End the roll-out: basalt rollback {slug} --env {request.environment}"
            raise BasaltError(f"{version.commit.id[:9]} is what the roll-out of {slug} started from", hint=hint)
        return old
    return old._replace(rollout=(Share(new.version, new.digest, request.percent),))


def _find_merged(request: Request, state: TrunkState, versions: dict[str, Version]) -> dict[str, tuple[Version, bool]]:
    """Return each version as the shared trunk has it, and whether it does.

    The shared trunk is the upstream where there is one: a commit of this clone alone could be run by no other. Where it
    lacks the version's commit, another of its commits may have the same digest.
    """
    shared = state.trunk.upstream or state.commit
    commits = {version.commit.id for version in versions.values()}
    unreached = state.project.repository.find_unreached(commits, [shared])
    return {
        slug: (version, True) if version.commit.id not in unreached else _find_elsewhere(request, state, version)
        for slug, version in versions.items()
    }


def _find_elsewhere(request: Request, state: TrunkState, version: Version) -> tuple[Version, bool]:
    project, trunk = state.project, state.trunk
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


def _judge_all(context: GateContext, moves: list[Move]) -> Iterator[Move]:
    """Yield the moves with what each changes, and with the verdicts of the gates."""
    outlines = OutlineReader(context.project)
    steps = [_find_steps(context.project, outlines, move) for move in moves]
    found = iter(compare_steps(context.project, [step for several in steps for step in several]))
    for move, several in zip(moves, steps, strict=True):
        # In a roll-out, callers of either side take this step.
        changes = unique_changes(change for _ in several for change in next(found))
        is_comparable = move.old is None or all(step.old is not None for step in several)
        compared = move._replace(changes=changes, risk=worst_risk(changes), is_comparable=is_comparable)
        yield compared._replace(gates=judge(context, compared))


def _find_steps(project: Project, outlines: OutlineReader, move: Move) -> list[Step]:
    """Return the steps to a version from each version that runs: the pointer's own, and those that are rolled out."""
    assert move.version is not None
    assert move.new is not None
    new = (move.version.commit.id, move.version.digest)
    running = move.old.places if move.old is not None else []
    steps = []
    for place in running[:1] if move.new.rollout else running:
        is_known = project.objects.has_commit(place.version)
        # The digest of what the commit has is compared, not the digest that the pointer claims.
        digest = outlines.find_digest(place.version, move.slug) if is_known else None
        steps.append(Step(move.slug, (place.version, digest) if digest is not None else None, new))
    return steps or [Step(move.slug, None, new)]


def _notes(state: TrunkState, slugs: list[str]) -> Iterator[str]:
    if state.trunk.warning:
        yield state.trunk.warning
    differing = find_edited(state, slugs)
    if differing:
        names, trunk = list_names(differing), state.project.config.trunk
        yield f"the working tree's {names} differs from {trunk}; what is promoted is the committed version"
