"""What promote and rollback share: show a plan, ask, carry it out, and say what came of it."""

from __future__ import annotations

import sys
from typing import Annotated, Any, NamedTuple, TypeAlias

import typer

from basalt_cli.cli.output import RISK_STYLES, Segment, note, print_json, print_lines
from basalt_cli.environments.plans import Move, Plan, apply_plan, describe_plan, describe_refusal
from basalt_cli.errors import BasaltError, UsageError
from basalt_cli.pointers.pointer_record import format_pointer
from basalt_cli.pointers.types import Delivery, Receipt
from basalt_cli.text.words import plural
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk

DryRunOption: TypeAlias = Annotated[bool, typer.Option("--dry-run", help="Show the plan, and move nothing.")]
ReasonOption: TypeAlias = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; it is recorded.")]
YesOption: TypeAlias = Annotated[
    bool, typer.Option("--yes", "-y", help="Do not ask, where the environment has confirm: true.")
]
PushOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--push", metavar="[=REMOTE]", help="Build on what the remote has now, and push just this."),
]
BranchOption: TypeAlias = Annotated[
    str | None, typer.Option("--branch", metavar="NAME", help="Put the commit on a new branch, for a pull request.")
]
NoCommitOption: TypeAlias = Annotated[
    bool, typer.Option("--no-commit", help="Edit deployments.yaml in the working tree, and commit nothing.")
]


class Terms(NamedTuple):
    """How a plan is carried out; ``remote`` is empty for the usual one, None where nothing is pushed."""

    remote: str | None
    branch: str | None
    edits_only: bool
    is_dry_run: bool
    is_confirmed: bool
    output: str


def rewrite_push(arguments: list[str]) -> list[str]:
    """Give a bare ``--push`` an empty value: the option parser knows no optional ones."""
    return ["--push=" if argument == "--push" else argument for argument in arguments]


def prepare(project: Project, terms: Terms) -> tuple[Trunk | None, Delivery]:
    """Return the trunk to plan on, a freshly fetched one where the move is pushed, and how the move is delivered."""
    if terms.edits_only and (terms.branch is not None or terms.remote is not None):
        raise UsageError("--no-commit goes with neither --branch nor --push", hint="Give one of them.")
    if terms.remote is None:
        return None, Delivery(branch=terms.branch, edits_only=terms.edits_only)
    from basalt_cli.pointers.opening import fetch_remote

    trunk, remote = fetch_remote(project, terms.remote)
    return trunk, Delivery(remote, terms.branch)


def carry_out(project: Project, plan: Plan, terms: Terms, delivery: Delivery) -> None:
    """Show a plan, ask where that is wanted, move the pointers, and print what came of it."""
    for message in plan.notes:
        note(message)
    if terms.output == "text":
        print_lines(_to_lines(plan))
    receipt = None
    if plan.moves and not terms.is_dry_run:
        if plan.is_refused and terms.output == "json":
            # A program reads the verdicts from the plan itself.
            print_json(_to_json(plan, None))
            note(describe_refusal(plan).partition("\n")[0])
            raise typer.Exit(1)
        if not plan.is_refused and delivery.branch is None and not delivery.edits_only:
            _confirm(plan, terms)
        receipt = apply_plan(project, plan, delivery)
        for message in receipt.notes:
            note(message)
    if terms.output == "json":
        print_json(_to_json(plan, receipt))
    elif receipt is not None:
        print_lines([[Segment(_describe_receipt(project, plan, receipt, delivery), "green")]])
    if terms.is_dry_run and plan.is_refused:
        raise typer.Exit(1)


def _confirm(plan: Plan, terms: Terms) -> None:
    if terms.is_confirmed or not plan.environment.confirm:
        return
    name = plan.environment.name
    if not sys.stdin.isatty():
        hint = "Add --yes; --dry-run shows the plan."
        raise BasaltError(f"{name} wants a confirmation, and there is no terminal to ask on", hint=hint)
    if not typer.confirm(f"Move {plural(len(plan.moves), 'prompt')} in {name}?", err=True):
        raise BasaltError("not confirmed; nothing was moved")


def _describe_receipt(project: Project, plan: Plan, receipt: Receipt, delivery: Delivery) -> str:
    name = plan.environment.name
    if receipt.proposed is not None:
        return f"proposed for {name} in commit {(receipt.commit or '')[:9]} on the new branch {receipt.proposed}"
    if not receipt.applied:
        return f"edited for {name}, and not committed"
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
    where = plan.environment.name
    lines += [[Segment(slug, "bold"), Segment(f"  runs in {where} already", "dim")] for slug in plan.current]
    lines += [[Segment(slug, "bold"), Segment(f"  stays as it is: {reason}", "dim")] for slug, reason in plan.skipped]
    return lines


def _to_heading(move: Move) -> list[Segment]:
    risk = Segment(move.risk.label, RISK_STYLES[move.risk.label])
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
