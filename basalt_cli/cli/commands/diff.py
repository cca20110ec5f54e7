"""``basalt diff``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from basalt_cli.cli.completion import complete_references
from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import TextOrJson
from basalt_cli.cli.output import RISK_STYLES, Segment, print_json, print_lines
from basalt_cli.model.change import Change, PromptDiff
from basalt_cli.pure.word_diff import Kind, diff_words
from basalt_cli.use_cases.diffing import diff_references

_STYLES = {Kind.SAME: "", Kind.REMOVED: "red strike", Kind.ADDED: "green"}
_BRACKETS = {Kind.SAME: ("", ""), Kind.REMOVED: ("[-", "-]"), Kind.ADDED: ("{+", "+}")}
_CONTEXT_LINES = 2


def command(
    old: Annotated[
        str | None,
        typer.Argument(
            metavar="A", help="SLUG[@SELECTOR]; every prompt without it.", autocompletion=complete_references
        ),
    ] = None,
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="B", help="The other side; the working tree without it.", autocompletion=complete_references
        ),
    ] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 when there are differences.")] = False,
    output: TextOrJson = "text",
) -> None:
    """Show what changed, and what that means.

    Field by field and word by word, with the risk of each change. diff compares every prompt at HEAD with the working
    tree, diff SLUG one of them; diff SLUG@A compares version A with the working tree, diff SLUG@A SLUG@B two versions.
    What cannot reach the model or a caller is no difference, or one of risk none.
    """
    with opened_project() as project:
        diffs = diff_references(project, old, new)
    if output == "json":
        print_json({"prompts": [_to_json(diff) for diff in diffs]})
    else:
        for index, diff in enumerate(diffs):
            print_lines([*([[]] if index else []), *_to_lines(diff)])
    if diffs and exit_code:
        raise typer.Exit(1)


def _to_json(diff: PromptDiff) -> dict[str, Any]:
    changes = [
        {
            "code": change.code,
            "path": change.path,
            "old": change.old,
            "new": change.new,
            "risk": change.risk.label,
            "message": change.message,
        }
        for change in diff.changes
    ]
    return {"slug": diff.slug, "from": diff.old, "to": diff.new, "risk": diff.risk.label, "changes": changes}


def _to_lines(diff: PromptDiff) -> Iterator[list[Segment]]:
    sides = f"  {diff.old or 'nothing'} -> {diff.new or 'nothing'}"
    yield [
        Segment(diff.slug, "bold"),
        Segment(sides, "dim"),
        Segment(f"  {diff.risk.label}", RISK_STYLES[diff.risk.label]),
    ]
    for change in diff.changes:
        yield [Segment(f"  {change.risk.label.ljust(11)} ", RISK_STYLES[change.risk.label]), Segment(change.message)]
        yield from _detail(change)


def _detail(change: Change) -> Iterator[list[Segment]]:
    """Show texts word by word, with a little of what stands around; other values are in the message already."""
    is_text = isinstance(change.old, str) and isinstance(change.new, str) and change.path
    if not is_text or change.code.removeprefix("partial-") not in ("wording", "logic", "expression"):
        return
    lines: list[list[Segment]] = [[]]
    for piece in diff_words(str(change.old), str(change.new)):
        opening, closing = _BRACKETS[piece.kind]
        for index, text in enumerate(piece.text.split("\n")):
            if index:
                lines.append([])
            if text:
                lines[-1].append(Segment(f"{opening}{text}{closing}", _STYLES[piece.kind]))
    yield from ([Segment("      "), *line] for line in _near_changes(lines))


def _near_changes(lines: list[list[Segment]]) -> Iterator[list[Segment]]:
    changed = {index for index, line in enumerate(lines) if any(segment.style for segment in line)}
    shown = {near for index in changed for near in range(index - _CONTEXT_LINES, index + _CONTEXT_LINES + 1)}
    is_open = False
    for index, line in enumerate(lines):
        if index in shown:
            is_open = True
            if line or index < len(lines) - 1:
                yield line
        elif is_open:
            is_open = False
            yield [Segment("...", "dim")]
