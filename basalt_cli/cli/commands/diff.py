"""``basalt diff``."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from basalt_cli.cli.completion import complete_references
from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import environment_option
from basalt_cli.cli.output import RISK_STYLES, Segment, align, print_lines
from basalt_cli.cli.reports.diff import DiffFormat, DiffReport, format_diff
from basalt_cli.diff.comparison import diff_prompts
from basalt_cli.diff.sides import STDIN, DiffRequest
from basalt_cli.model.change import PromptDiff, Risk


def command(
    references: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[A [B] | A..B [SLUGS] | PARTIAL]",
            help="One or two SLUG[@SELECTOR], a range with slugs, or the path of a partial. By default all prompts.",
            autocompletion=complete_references,
        ),
    ] = None,
    environments: Annotated[
        list[str] | None,
        environment_option(
            "--env", "Compare the versions that ENV runs with the working tree, or with a second --env."
        ),
    ] = None,
    staged: Annotated[bool, typer.Option("--staged", help="Compare HEAD with the index.")] = False,
    rendered: Annotated[bool, typer.Option("--rendered", help="Compare the rendered test cases as well.")] = False,
    only: Annotated[
        Literal["breaking", "behavioural", "wording", "none"] | None,
        typer.Option("--only", help="Show only changes of this risk."),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="List the codes of changes with their risks.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if there are differences.")] = False,
    output: Annotated[DiffFormat, typer.Option("--format", help="Output format.")] = "text",
) -> None:
    """Show what changed in prompts, with the risk of each change.

    diff compares all prompts at HEAD with the working tree, diff SLUG one prompt. diff SLUG@A compares version A with
    the working tree, diff SLUG@A SLUG@B two versions, diff SLUG - HEAD with standard input. Layout, comments and the
    order of keys are not compared.
    """
    if explain:
        _explain()
        return
    texts = tuple(references or ())
    unsaved = sys.stdin.buffer.read() if STDIN in texts[1:2] else None
    with opened_project() as project:
        request = DiffRequest(texts, tuple(environments or ()), staged, unsaved)
        found = diff_prompts(project, request)
        diffs = tuple(_filter(found.diffs, only))
        cases = None
        if rendered:
            from basalt_cli.diff.rendered import compare_rendered

            cases = compare_rendered(found.sides, [diff.slug for diff in diffs])
        sys.stdout.write(format_diff(output, DiffReport(diffs, cases, found.reach)))
    if diffs and exit_code:
        raise typer.Exit(1)


def _filter(diffs: tuple[PromptDiff, ...], only: str | None) -> list[PromptDiff]:
    if only is None:
        return list(diffs)
    risk = Risk[only.upper()]
    kept = [diff._replace(changes=tuple(change for change in diff.changes if change.risk is risk)) for diff in diffs]
    return [diff for diff in kept if diff.changes]


def _explain() -> None:
    from basalt_cli.model.change_codes import CODES, RISKS

    print_lines(align([[Segment(name, RISK_STYLES[name]), Segment(meaning)] for name, meaning in RISKS]))
    print_lines([[]])
    print_lines(
        align([[Segment(code, "bold"), Segment(meaning), Segment(risk, "dim")] for code, risk, meaning in CODES])
    )
