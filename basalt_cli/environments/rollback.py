"""Plans rollbacks: back to what ran before, as a new pointer event."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from basalt_cli.diff.prompt import compare_closures
from basalt_cli.errors import BasaltError, NotFoundError, RefusedError, UsageError
from basalt_cli.model.change import Change, unique_changes, worst_risk
from basalt_cli.model.config import Environment
from basalt_cli.model.pointer import Event, Move, Plan, Pointer
from basalt_cli.model.version import Version
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.pointers.types import PointerReader
from basalt_cli.text.reference import Reference
from basalt_cli.text.slug import expand_patterns
from basalt_cli.text.words import did_you_mean, list_names
from basalt_cli.versions.lookup import find_versions
from basalt_cli.versions.references import find_commit, open_catalog, strip_path
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import get_environment, require_full_history

NOTHING = "nothing"


class RollbackRequest(NamedTuple):
    """A rollback as asked for; ``selector`` names a version, or removes the pointer where it is ``nothing``."""

    patterns: tuple[str, ...]
    environment: str
    selector: str | None = None
    reason: str | None = None


def plan_rollback(state: TrunkState, request: RollbackRequest) -> Plan:
    """Return the plan of a rollback, which no gate judges; changes nothing."""
    require_full_history(state.checkout, "a rollback")
    environment = _find_environment(state, request)
    running = state.pointers.get(environment.name, {})
    slugs = _expand(state.project, request, running)
    events = _group(state.reader, environment.name, slugs)
    moves, current = [], []
    for slug in slugs:
        new = _find_target(state, request, slug, running[slug], events[slug])
        if new == running[slug]:
            current.append(slug)
        else:
            moves.append(_plan_move(state.project, Move(slug, environment.name, running[slug], new)))
    notes = (state.trunk.warning,) if state.trunk.warning else ()
    action = "remove" if request.selector == NOTHING else "rollback"
    return Plan(action, tuple(moves), request.reason, environment=environment, current=tuple(current), notes=notes)


def _find_environment(state: TrunkState, request: RollbackRequest) -> Environment:
    """Return the environment; one that is no longer declared can only be emptied."""
    is_undeclared = request.environment not in state.policy.environment_names
    if request.selector == NOTHING and is_undeclared and request.environment in state.pointers:
        return Environment(request.environment)
    return get_environment(state.checkout, state.policy, request.environment)


def _expand(project: Project, request: RollbackRequest, running: dict[str, Pointer]) -> tuple[str, ...]:
    patterns = tuple(strip_path(project, text) for text in request.patterns)
    for pattern in patterns:
        if "@" in pattern:
            raise UsageError(f"{pattern!r} names a version behind the slug", hint="Name the version with --to.")

    def refuse(pattern: str) -> NotFoundError:
        hint = f"{did_you_mean(pattern, running)}In {request.environment}: {list_names(sorted(running))}."
        return NotFoundError(f"{pattern} is not deployed to {request.environment}", hint=hint)

    return expand_patterns(patterns, sorted(running), refuse)


def _group(reader: PointerReader, environment: str, slugs: Iterable[str]) -> dict[str, list[Event]]:
    """Return the events of each prompt in one environment, newest first."""
    found: dict[str, list[Event]] = {slug: [] for slug in slugs}
    for event in reader.list_events():
        if event.environment == environment and event.slug in found:
            found[event.slug].append(event)
    return found


def _find_target(
    state: TrunkState, request: RollbackRequest, slug: str, running: Pointer, events: list[Event]
) -> Pointer | None:
    project = state.project
    if request.selector == NOTHING:
        return None
    if request.selector is not None:
        commit = find_commit(state, Reference(slug, request.selector))
        open_catalog(project, commit, request.selector).get_closure(slug)
        version = find_versions(project, [slug], commit)[slug]
        return _find_as_it_ran(request, version, running, events)
    if running.rollout:
        return running._replace(rollout=())
    before = find_before(events)
    if before is None:
        hint = f"Name a version with --to; --to {NOTHING} removes the pointer."
        raise BasaltError(f"nothing ran before {running.version[:9]} of {slug} in {request.environment}", hint=hint)
    if not project.objects.has_commit(before.version):
        hint = "Fetch it (git fetch --all), or name another version with --to."
        raise BasaltError(f"what ran before, {before.version[:9]}, is not in this clone", hint=hint)
    return before


def _find_as_it_ran(request: RollbackRequest, version: Version, running: Pointer, events: list[Event]) -> Pointer:
    """Return the pointer with which an environment ran a version; raise RefusedError for one that never ran there.

    No gate judges a rollback, so it must not bring in a new version.
    """
    ran = [running, *(event.new for event in events if event.new is not None)]
    for pointer in ran:
        if pointer.digest == version.digest:
            return pointer._replace(rollout=())
    place = f"{version.commit.id[:9]} of {version.slug}"
    hint = f"Promote it: basalt promote {version.slug} --to {request.environment} --version {version.commit.id[:9]}"
    raise RefusedError(f"{place} never ran in {request.environment}, so it is no rollback", hint=hint)


def find_before(events: list[Event]) -> Pointer | None:
    """Return the pointer before the present one, without roll-outs and rolled back versions; None where there is none.

    ``events`` are those of one pointer, newest first. Two rollbacks in a row go back by two versions.
    """
    ran: list[Pointer] = []
    for event in reversed(events):
        if event.new is None:
            ran.clear()
            continue
        settled = event.new._replace(rollout=())
        digests = [pointer.digest for pointer in ran]
        if event.action == "rollback" and settled.digest in digests:
            # Of several entries with this digest the newest counts: earlier ones can still be rolled back to.
            del ran[len(digests) - digests[::-1].index(settled.digest) :]
        if ran and ran[-1].digest == settled.digest:
            # The same content at another commit: a repair is not a step back.
            ran[-1] = settled
        else:
            ran.append(settled)
    return ran[-2] if len(ran) > 1 else None


def find_rolled_back(reader: PointerReader, environment: str, slugs: Iterable[str]) -> dict[str, set[str]]:
    """Return the digests that some prompts were rolled back from since they were last promoted, by slug.

    ``NOTHING`` is among them where the pointer was removed: then every version must be named to be promoted.
    """
    found: dict[str, set[str]] = {}
    open_slugs = set(slugs)
    for event in reader.list_events():
        if not open_slugs:
            break
        if event.environment != environment or event.slug not in open_slugs:
            continue
        if event.new is None:
            found.setdefault(event.slug, set()).add(NOTHING)
            open_slugs.discard(event.slug)
        elif event.action in ("repair", "migrate"):
            continue
        elif event.action != "rollback":
            open_slugs.discard(event.slug)
        elif event.old is not None:
            shares = {share.digest for share in event.old.rollout}
            found.setdefault(event.slug, set()).update(shares or {event.old.digest})
    return found


def _plan_move(project: Project, move: Move) -> Move:
    """Return a move with the version that runs afterwards, and with what it changes."""
    slug, new = move.slug, move.new
    after = open_catalog(project, new.version).find_closure(slug) if new is not None else None
    commit = project.objects.read_commit(new.version) if new is not None else None
    version = Version(slug, commit, new.digest) if new is not None and commit is not None else None
    changes: list[Change] = []
    places = move.old.places if move.old is not None else []
    for leaving in (place.version for place in places if new is None or place.digest != new.digest):
        before = open_catalog(project, leaving).find_closure(slug) if project.objects.has_commit(leaving) else None
        changes += compare_closures(before, after)
    found = unique_changes(changes)
    return move._replace(version=version, changes=found, risk=worst_risk(found))
