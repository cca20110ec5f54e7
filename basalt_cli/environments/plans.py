"""Describes a plan as JSON, lets the policy's programs judge it, and carries it out."""

from __future__ import annotations

import json
import os
from typing import NamedTuple

from basalt_cli.errors import BasaltError, RefusedError
from basalt_cli.git.remote import PushOutcome, list_remotes, push
from basalt_cli.git.tags import create_refs, delete_tags
from basalt_cli.model.change import worst_risk
from basalt_cli.model.json_forms import changes_to_json, gates_to_json, rollout_to_json
from basalt_cli.model.json_value import Json
from basalt_cli.model.pointer import GateResult, Move, Plan
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.pointers.types import Delivery, Receipt
from basalt_cli.sandbox.user_command import run_check
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import hash_blob

_KEEPING = "basalt-keep/"


def describe_plan(plan: Plan) -> Json:
    """Return the moves of a plan as JSON, as promote prints them and a command gate reads them."""
    return [_describe_move(move) for move in plan.moves]


def _describe_move(move: Move) -> Json:
    return {
        "slug": move.slug,
        "environment": move.environment,
        "from": move.old.version if move.old is not None else None,
        "to": move.new.version if move.new is not None else None,
        "digest": move.new.digest if move.new is not None else None,
        "rollout": rollout_to_json(move.new),
        "risk": worst_risk(move.changes).label,
        "changes": changes_to_json(move.changes, with_sides=False),
        "gates": gates_to_json(move.gates),
    }


def run_command_gates(state: TrunkState, plan: Plan) -> Plan:
    """Add the verdicts of the programs that the policy names; each reads the whole plan as JSON."""
    environment, project = plan.environment, state.project
    commands = [gate.command for gate in environment.gates if gate.name == "command"] if environment else []
    if environment is None or not commands or not plan.moves:
        return plan
    request = {"environment": environment.name, "action": plan.action, "moves": describe_plan(plan)}
    data = json.dumps(request, ensure_ascii=False).encode(errors="replace")
    folder = str(project.root) if project.root is not None else project.repository.folder
    verdicts = tuple(
        GateResult("command", *(_find_edited_check(state, command) or run_check(command, folder, data)))
        for command in commands
    )
    return plan._replace(moves=tuple(move._replace(gates=move.gates + verdicts) for move in plan.moves))


def _find_edited_check(state: TrunkState, command: tuple[str, ...]) -> tuple[bool, str] | None:
    """Return a failed verdict where a file of the command differs from the trunk's: a branch must not judge itself."""
    project = state.project
    if project.root is None:
        return None
    for word in command:
        path = os.path.normpath(word)
        if os.path.isabs(path) or path.startswith("..") or not (project.root / path).is_file():
            continue
        if project.find_file_at(state.commit, path) != hash_blob((project.root / path).read_bytes()):
            return False, f"{path} differs from the one on {project.config.trunk}, which must judge"
    return None


def apply_plan(state: TrunkState, plan: Plan, delivery: Delivery) -> Receipt:
    """Make a plan's moves, all or none; raise RefusedError when a gate failed."""
    project = state.project
    if plan.is_refused:
        hint = "Fix that, commit, and promote again; --dry-run shows the plan."
        raise RefusedError(describe_refusal(plan), hint=hint)
    kept = _keep_unmerged(project, plan)
    try:
        _share_kept(project, kept, delivery)
        receipt = state.open_writer().write(plan, delivery)
    except BasaltError:
        delete_tags(project.repository, kept.made)
        raise
    if kept.names and delivery.remote is None and list_remotes(project.repository):
        names = " ".join(kept.names)
        return receipt._replace(
            notes=(*receipt.notes, f"also push the tag that keeps the commit: git push REMOTE {names}")
        )
    return receipt


def describe_refusal(plan: Plan) -> str:
    """Return the message about the gates that failed."""
    assert plan.environment is not None
    lines = [f"{move.slug}: {gate.gate}: {gate.evidence}" for move, gate in plan.failed_gates]
    return f"the gates of {plan.environment.name} failed; nothing was moved:\n  " + "\n  ".join(lines)


class _Kept(NamedTuple):
    """The tags that keep unmerged commits, and those of them that are new."""

    names: tuple[str, ...]
    made: tuple[str, ...]


def _keep_unmerged(project: Project, plan: Plan) -> _Kept:
    """Tag commits that no lasting branch reaches, so that git does not prune what an environment runs."""
    commits = {move.version.commit.id for move in plan.moves if move.version is not None and not move.is_merged}
    known = {tag.name for tag in project.repository.list_tags()} if commits else set()
    wanted = sorted(commit for commit in commits if f"{_KEEPING}{commit}" not in known)
    if wanted:
        # Lightweight: two promoters that keep the same commit make the same tag.
        create_refs(project.repository, [f"{_KEEPING}{commit}" for commit in wanted], wanted)
    names = tuple(f"{_KEEPING}{commit}" for commit in sorted(commits))
    return _Kept(names, tuple(f"{_KEEPING}{commit}" for commit in wanted))


def _share_kept(project: Project, kept: _Kept, delivery: Delivery) -> None:
    """Push the tags that keep commits, before a pointer at the remote names them."""
    if delivery.remote is None or not kept.names:
        return
    pushed = push(project.repository, delivery.remote, [(f"refs/tags/{n}", f"refs/tags/{n}") for n in kept.names])
    if pushed.outcome in (PushOutcome.REFUSED, PushOutcome.UNKNOWN, PushOutcome.NOT_ATOMIC):
        raise RefusedError(f"{delivery.remote} refuses the tag that keeps the commit: {pushed.reason}")
