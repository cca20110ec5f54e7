"""``basalt promote``."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from basalt_cli.cli.completion import complete_environments
from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import EnvironmentOption, SlugsArgument, TextOrJson
from basalt_cli.cli.output import RISK_STYLES, Segment, note, print_json, print_lines
from basalt_cli.errors import BasaltError
from basalt_cli.pure.words import plural
from basalt_cli.use_cases.promotion import Move, Plan, Request, apply_plan, describe_refusal, plan_promotion


def command(
    slugs: SlugsArgument,
    environment: EnvironmentOption,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="ENV", help="Take what runs in ENV.", autocompletion=complete_environments),
    ] = None,
    version: Annotated[
        str | None,
        typer.Option(
            "--version", metavar="SELECTOR", help="Take this version: latest, 1.2.0, '~N' (quoted), a revision."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, and move nothing.")] = False,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; recorded in the commit.")] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask, where the environment has confirm: true.")
    ] = False,
    output: TextOrJson = "text",
) -> None:
    """Move an environment to a version of some prompts.

    All of them or none, as one commit on the trunk that touches deployments.yaml alone; git push shares it. Without
    --from and --version it is what the environment's own `from` runs, else the newest version on the trunk.
    """
    with opened_project() as project:
        plan = plan_promotion(project, Request(tuple(slugs), environment, source, version, reason))
        for message in plan.notes:
            note(message)
        if output == "text":
            print_lines(_to_lines(plan))
        commit = None
        if plan.moves and not dry_run:
            if plan.failed_gates and output == "json":
                # A program reads the verdicts from the plan itself.
                print_json(_to_json(plan, None))
                note(describe_refusal(plan).partition("\n")[0])
                raise typer.Exit(1)
            if not plan.failed_gates:
                _confirm(plan, yes)
            commit = apply_plan(project, plan)
    if output == "json":
        print_json(_to_json(plan, commit))
    elif commit is not None:
        print_lines([[Segment(f"{environment} moved in commit {commit[:9]} on {project.config.trunk}", "green")]])
    if dry_run and plan.failed_gates:
        raise typer.Exit(1)


def _confirm(plan: Plan, yes: bool) -> None:
    if yes or not plan.environment.confirm:
        return
    name = plan.environment.name
    if not sys.stdin.isatty():
        hint = "Add --yes; --dry-run shows the plan."
        raise BasaltError(f"{name} wants a confirmation, and there is no terminal to ask on", hint=hint)
    if not typer.confirm(f"Move {plural(len(plan.moves), 'prompt')} in {name}?", err=True):
        raise BasaltError("not confirmed; nothing was moved")


def _to_lines(plan: Plan) -> list[list[Segment]]:
    lines = []
    for move in plan.moves:
        step = f"  {move.old.version[:9] if move.old else 'nothing'} -> {move.new.version[:9]}  "
        risk = Segment(move.risk.label, RISK_STYLES[move.risk.label])
        lines.append(
            [Segment(move.slug, "bold"), Segment(step), risk, Segment(f"  {move.version.commit.subject}", "dim")]
        )
        lines += [[Segment(f"    {change.risk.label.ljust(11)} {change.message}")] for change in move.changes]
        for gate in move.gates:
            verdict = Segment("passed" if gate.passed else "failed", "green" if gate.passed else "bold red")
            lines.append([Segment(f"    gate {gate.gate}: "), verdict, Segment(f", {gate.evidence}", "dim")])
    lines += [
        [Segment(slug, "bold"), Segment(f"  runs in {plan.environment.name} already", "dim")] for slug in plan.current
    ]
    return lines


def _to_json(plan: Plan, commit: str | None) -> dict[str, Any]:
    moves = [_move_to_json(move, plan) for move in plan.moves]
    return {
        "applied": commit is not None,
        "proposed": None,
        "moves": moves,
        "commit": commit,
        "current": list(plan.current),
    }


def _move_to_json(move: Move, plan: Plan) -> dict[str, Any]:
    gates = [{"gate": gate.gate, "passed": gate.passed, "evidence": gate.evidence} for gate in move.gates]
    return {
        "slug": move.slug,
        "environment": plan.environment.name,
        "from": move.old.version if move.old else None,
        "to": move.new.version,
        "risk": move.risk.label,
        "gates": gates,
    }
