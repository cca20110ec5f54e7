"""Show, confirm and apply a plan of promote or rollback."""

from __future__ import annotations

import sys
from typing import Any

import typer

from basalt_cli.cli.output import RISK_STYLES, Segment, note, print_json, print_lines
from basalt_cli.environments.plans import apply_plan, describe_plan, describe_refusal
from basalt_cli.errors import BasaltError, UsageError
from basalt_cli.model.change import worst_risk
from basalt_cli.model.pointer import Move, Plan
from basalt_cli.pointers.pointer_record import format_pointer
from basalt_cli.pointers.trunk_state import TrunkState, fetch_state
from basalt_cli.pointers.types import Delivery, Receipt
from basalt_cli.text.words import plural
from basalt_cli.workspace.project import Project


def open_delivery(
    project: Project, push: str | None, branch: str | None, *, edits_only: bool
) -> tuple[TrunkState, Delivery]:
    """Return the state to plan on, fetched first where the move is pushed, and how the move is delivered.

    ``push`` is the name of a remote; it is empty for the remote that the trunk follows, and None without a push. Raises
    UsageError if ``edits_only`` meets a branch or a push.
    """
    if edits_only and (branch is not None or push is not None):
        raise UsageError("--no-commit cannot be used with --branch or --push", hint="Give one of them.")
    if push is None:
        return TrunkState(project), Delivery(branch=branch, edits_only=edits_only)
    state, remote = fetch_state(project, push)
    return state, Delivery(remote, branch)


def carry_out(
    state: TrunkState, plan: Plan, delivery: Delivery, *, is_dry_run: bool, is_confirmed: bool, output: str
) -> None:
    """Print a plan, ask for confirmation where the environment requires it, move the pointers, and print the result.

    Exits with 1 where a gate refuses the plan of a dry run or of JSON output; raises RefusedError otherwise.
    """
    for message in plan.notes:
        note(message)
    if output == "text":
        print_lines(_to_lines(plan))
    receipt = None
    if plan.moves and not is_dry_run:
        if plan.is_refused and output == "json":
            # The JSON output has the results of all gates, so it is printed in place of an error object.
            print_json(_to_json(plan, None))
            note(describe_refusal(plan).partition("\n")[0])
            raise typer.Exit(1)
        if not plan.is_refused and delivery.branch is None and not delivery.edits_only and not is_confirmed:
            _confirm(plan)
        receipt = apply_plan(state, plan, delivery)
        for message in receipt.notes:
            note(message)
    if output == "json":
        print_json(_to_json(plan, receipt))
    elif receipt is not None:
        print_lines([[Segment(_describe_receipt(state.project, plan, receipt, delivery), "green")]])
    if is_dry_run and plan.is_refused:
        raise typer.Exit(1)


def _confirm(plan: Plan) -> None:
    if plan.environment is None or not plan.environment.confirm:
        return
    name = plan.environment.name
    if not sys.stdin.isatty():
        hint = "Review the plan with --dry-run, then add --yes."
        raise BasaltError(f"{name} needs confirmation, and stdin is not a terminal", hint=hint)
    if not typer.confirm(f"Move {plural(len(plan.moves), 'prompt')} in {name}?", err=True):
        raise BasaltError("not confirmed; no pointer was moved")


def _describe_receipt(project: Project, plan: Plan, receipt: Receipt, delivery: Delivery) -> str:
    name = _name(plan)
    if receipt.proposed is not None:
        return f"proposed for {name} in commit {(receipt.commit or '')[:9]} on the new branch {receipt.proposed}"
    if not receipt.applied:
        return f"edited deployments.yaml for {name}; not committed"
    where = f"{delivery.remote}'s {project.config.trunk}" if delivery.remote else project.config.trunk
    if receipt.tags:
        others = f" and {plural(len(receipt.tags) - 1, 'other tag')}" if len(receipt.tags) > 1 else ""
        pushed = f" at {delivery.remote}" if delivery.remote else ""
        return f"{name} moved by the tag '{receipt.tags[0]}'{others}{pushed}"
    return f"{name} moved in commit {(receipt.commit or '')[:9]} on {where}"


def _to_lines(plan: Plan) -> list[list[Segment]]:
    lines = []
    for move in plan.moves:
        lines.append(_to_heading(move))
        lines += [[Segment(f"    {change.risk.label.ljust(11)} {change.message}")] for change in move.changes]
        for gate in move.gates:
            verdict = Segment("passed" if gate.passed else "failed", "green" if gate.passed else "bold red")
            lines.append([Segment(f"    gate {gate.gate}: "), verdict, Segment(f", {gate.evidence}", "dim")])
    where = _name(plan)
    lines += [[Segment(slug, "bold"), Segment(f"  runs in {where} already", "dim")] for slug in plan.current]
    lines += [[Segment(slug, "bold"), Segment(f"  not moved: {reason}", "dim")] for slug, reason in plan.skipped]
    return lines


def _name(plan: Plan) -> str:
    assert plan.environment is not None
    return plan.environment.name


def _to_heading(move: Move) -> list[Segment]:
    label = worst_risk(move.changes).label
    risk = Segment(label, RISK_STYLES[label])
    subject = move.version.commit.subject if move.version is not None else ""
    step = f"  {format_pointer(move.old)} -> {format_pointer(move.new)}  "
    return [Segment(move.slug, "bold"), Segment(step), risk, Segment(f"  {subject}", "dim")]


def _to_json(plan: Plan, receipt: Receipt | None) -> dict[str, Any]:
    return {
        "applied": receipt is not None and receipt.applied,
        "proposed": receipt.proposed if receipt is not None else None,
        "moves": describe_plan(plan),
        "commit": receipt.commit if receipt is not None else None,
        "tags": list(receipt.tags) if receipt is not None else [],
        "current": list(plan.current),
        "skipped": [{"slug": slug, "reason": reason} for slug, reason in plan.skipped],
    }
