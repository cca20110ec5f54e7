"""``basalt doctor``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import TextOrJson
from basalt_cli.cli.output import Segment, note, print_json, print_lines
from basalt_cli.model.diagnosis import Diagnosis
from basalt_cli.setup.doctor import diagnose


def command(
    fix: Annotated[bool, typer.Option("--fix", help="Fix the problems that have a safe fix.")] = False,
    remote: Annotated[
        bool, typer.Option("--remote", help="Compare the tags with those of the remotes as well.")
    ] = False,
    output: TextOrJson = "text",
) -> None:
    """Find problems of this clone, and show how to fix them.

    Reports, for example, a shallow clone, pointers to missing commits and missing configuration. Exits with 1 if there
    is a problem; a notice does not count.
    """
    with opened_project() as project:
        found = diagnose(project, asks_remotes=remote)
        done: tuple[str, ...] = ()
        if fix and any(diagnosis.fix for diagnosis in found):
            from basalt_cli.setup.repair import fix as fix_all

            done = fix_all(project, found)
            found = diagnose(project, asks_remotes=remote)
    for line in done:
        note(line)
    if output == "json":
        print_json({"diagnoses": [_to_json(diagnosis) for diagnosis in found], "fixed": list(done)})
    else:
        for diagnosis in found:
            print_lines(_to_lines(diagnosis))
        if not found:
            print_lines([[Segment("No problems found", "green")]])
    if any(diagnosis.severity == "problem" for diagnosis in found):
        raise typer.Exit(1)


def _to_json(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "code": diagnosis.code,
        "severity": diagnosis.severity,
        "message": diagnosis.message,
        "command": diagnosis.command,
        "fixable": diagnosis.fix is not None,
        "subject": diagnosis.subject,
    }


def _to_lines(diagnosis: Diagnosis) -> list[list[Segment]]:
    style = "bold red" if diagnosis.severity == "problem" else "yellow"
    lines = [
        [Segment(f"{diagnosis.severity} ", style), Segment(f"{diagnosis.code}: ", "bold"), Segment(diagnosis.message)]
    ]
    if diagnosis.command is not None:
        fixable = "  (or --fix)" if diagnosis.fix is not None else ""
        lines.append([Segment(f"  {diagnosis.command}"), Segment(fixable, "dim")])
    return lines
