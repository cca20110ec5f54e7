"""A plan: the pointers that would move, with everything known about each step, and how it is carried out."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from typing import NamedTuple

from basalt_cli.errors import BasaltError, RefusedError
from basalt_cli.git.remote import PushOutcome, list_remotes, push
from basalt_cli.git.tags import create_refs, delete_tags
from basalt_cli.model.change import Change, Risk, worst_risk
from basalt_cli.model.config import Environment
from basalt_cli.model.json_forms import changes_to_json, gates_to_json, rollout_to_json
from basalt_cli.model.json_value import Json
from basalt_cli.model.pointer import Announcement, GateResult, Pointer, PointerMove
from basalt_cli.model.version import Version
from basalt_cli.pointers.opening import open_writer
from basalt_cli.pointers.types import Delivery, PointerChange, Receipt, Reliance
from basalt_cli.sandbox.user_command import run_check
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import hash_blob
from basalt_cli.workspace.trunk import Trunk

_KEEPING = "basalt-keep/"


@dataclass(frozen=True, slots=True)
class Move:
    """One pointer that would move; ``new`` is None where it would go away, ``version`` is what would run then.

    ``is_merged`` says that the shared trunk has the version.
    """

    slug: str
    old: Pointer | None
    new: Pointer | None
    version: Version | None
    changes: tuple[Change, ...]
    gates: tuple[GateResult, ...] = ()
    is_merged: bool = True

    @property
    def risk(self) -> Risk:
        """Return the worst risk of the step."""
        return worst_risk(self.changes)


@dataclass(frozen=True, slots=True)
class Plan:
    """The moves of one promotion or rollback.

    ``current`` are the prompts that already run what was asked for; ``skipped`` those that stay as they are, and why.
    """

    environment: Environment
    trunk: Trunk
    announcement: Announcement
    moves: tuple[Move, ...]
    current: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    relies_on: tuple[Reliance, ...] = ()

    @property
    def failed_gates(self) -> tuple[tuple[Move, GateResult], ...]:
        """Return the gates that say no."""
        return tuple((move, gate) for move in self.moves for gate in move.gates if not gate.passed)

    @property
    def is_refused(self) -> bool:
        """Say whether a gate says no, and nobody overrules it."""
        return bool(self.failed_gates) and not self.announcement.forced


def describe_plan(plan: Plan) -> Json:
    """Return the moves of a plan as JSON, as promote prints them and a command gate reads them."""
    return [_describe_move(move, plan) for move in plan.moves]


def _describe_move(move: Move, plan: Plan) -> Json:
    return {
        "slug": move.slug,
        "environment": plan.environment.name,
        "from": move.old.version if move.old is not None else None,
        "to": move.new.version if move.new is not None else None,
        "digest": move.new.digest if move.new is not None else None,
        "rollout": rollout_to_json(move.new),
        "risk": move.risk.label,
        "changes": changes_to_json(move.changes, with_sides=False),
        "gates": gates_to_json(move.gates),
    }


def run_command_gates(project: Project, plan: Plan) -> Plan:
    """Add the verdicts of the checks that the policy names; each reads the plan as JSON, and judges all of it."""
    commands = [gate.command for gate in plan.environment.gates if gate.name == "command"]
    if not commands or not plan.moves:
        return plan
    request = {"environment": plan.environment.name, "action": plan.announcement.action, "moves": describe_plan(plan)}
    data = json.dumps(request, ensure_ascii=False).encode(errors="replace")
    folder = str(project.root) if project.root is not None else project.repository.folder
    verdicts = tuple(
        GateResult("command", *(_find_edited_check(project, plan, command) or run_check(command, folder, data)))
        for command in commands
    )
    return replace(plan, moves=tuple(replace(move, gates=move.gates + verdicts) for move in plan.moves))


def _find_edited_check(project: Project, plan: Plan, command: tuple[str, ...]) -> tuple[bool, str] | None:
    """Return a failed verdict where a file of the command is not the trunk's: a branch could let itself pass."""
    if project.root is None:
        return None
    for word in command:
        path = os.path.normpath(word)
        if os.path.isabs(path) or path.startswith("..") or not (project.root / path).is_file():
            continue
        if project.find_file_at(plan.trunk.commit, path) != hash_blob((project.root / path).read_bytes()):
            return False, f"{path} here is not what {project.config.trunk} has, and only that may judge"
    return None


def apply_plan(project: Project, plan: Plan, delivery: Delivery) -> Receipt:
    """Make a plan's moves, all or none; raise RefusedError when a gate says no."""
    if plan.is_refused:
        hint = "Mend that, commit, and promote again; --dry-run shows the plan."
        raise RefusedError(describe_refusal(plan), hint=hint)
    kept = _keep_unmerged(project, plan)
    moves = tuple(
        PointerMove(move.slug, plan.environment.name, move.old, move.new, move.gates, move.risk.label)
        for move in plan.moves
    )
    try:
        _share_kept(project, kept, delivery)
        receipt = open_writer(project, plan.trunk).write(
            PointerChange(moves, plan.announcement, plan.relies_on), delivery
        )
    except BasaltError:
        delete_tags(project.repository, kept.made)
        raise
    if kept.names and delivery.remote is None and list_remotes(project.repository):
        names = " ".join(kept.names)
        return receipt._replace(notes=(*receipt.notes, f"share what keeps the commit, too: git push REMOTE {names}"))
    return receipt


def describe_refusal(plan: Plan) -> str:
    """Say which gates say no to a plan, and why."""
    lines = [f"{move.slug}: {gate.gate}: {gate.evidence}" for move, gate in plan.failed_gates]
    return f"{plan.environment.name} does not take this; nothing was moved:\n  " + "\n  ".join(lines)


class _Kept(NamedTuple):
    """The tags that keep unmerged commits, and those of them that were made just now."""

    names: tuple[str, ...]
    made: tuple[str, ...]


def _keep_unmerged(project: Project, plan: Plan) -> _Kept:
    """Tag the commits that no branch may keep for long, so that no cleaning takes away what runs."""
    commits = {move.version.commit.id for move in plan.moves if move.version is not None and not move.is_merged}
    known = {tag.name for tag in project.repository.list_tags()} if commits else set()
    wanted = sorted(commit for commit in commits if f"{_KEEPING}{commit}" not in known)
    if wanted:
        # Lightweight: whoever keeps the same commit makes the same tag.
        create_refs(project.repository, [f"{_KEEPING}{commit}" for commit in wanted], wanted)
    names = tuple(f"{_KEEPING}{commit}" for commit in sorted(commits))
    return _Kept(names, tuple(f"{_KEEPING}{commit}" for commit in wanted))


def _share_kept(project: Project, kept: _Kept, delivery: Delivery) -> None:
    """Push the tags that keep commits, before anything at the remote points there."""
    if delivery.remote is None or not kept.names:
        return
    pushed = push(project.repository, delivery.remote, [(f"refs/tags/{n}", f"refs/tags/{n}") for n in kept.names])
    if pushed.outcome in (PushOutcome.REFUSED, PushOutcome.UNKNOWN, PushOutcome.NOT_ATOMIC):
        raise RefusedError(f"{delivery.remote} does not take the tag that keeps the commit: {pushed.reason}")
