"""``basalt blame``."""

from __future__ import annotations

from typing import Any

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import ReferenceArgument, TextOrJson
from basalt_cli.cli.output import Segment, align, print_json, print_lines
from basalt_cli.cli.times import format_age, format_iso
from basalt_cli.history.blame import BlamedLine, blame


def command(reference: ReferenceArgument, output: TextOrJson = "text") -> None:
    """Show each line of a prompt with the version that last changed it.

    The lines are those of the messages before rendering, with partials in place of their includes. Without a selector
    blame starts at HEAD; it follows first parents.
    """
    with opened_project() as project:
        lines = blame(project, reference)
    if output == "json":
        print_json({"lines": [_to_json(line) for line in lines]})
        return
    print_lines(align([_to_row(line) for line in lines]))


def _to_json(line: BlamedLine) -> dict[str, Any]:
    commit = line.commit
    return {
        "text": line.text,
        "version": commit.id,
        "time": format_iso(commit.committed),
        "author": commit.author,
        "subject": commit.subject,
    }


def _to_row(line: BlamedLine) -> list[Segment]:
    commit = line.commit
    return [
        Segment(commit.id[:9], "yellow"),
        Segment(commit.author, "dim"),
        Segment(format_age(commit.committed), "dim"),
        Segment(line.text),
    ]
