"""Compare two closures of a prompt."""

from __future__ import annotations

from basalt_cli.diff.prompt_diff import Side, compare
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.model.change import Change, Risk
from basalt_cli.text.slug import slug_of


def compare_closures(old: Closure | None, new: Closure | None) -> tuple[Change, ...]:
    """Return what changed between two closures of a prompt.

    A side that is no prompt (its file does not parse) is one change of its own, since nothing can be said of its parts.
    """
    if old is not None and new is not None and old.digest == new.digest:
        return ()
    before, after = _side(old), _side(new)
    if (old is not None and before is None) or (new is not None and after is None):
        broken = "old" if before is None and old is not None else "new"
        message = f"the {broken} side cannot be read: basalt lint says why"
        return (Change("unreadable", "", None, None, Risk.BREAKING, message),)
    return compare(before, after)


def _side(closure: Closure | None) -> Side | None:
    if closure is None:
        return None
    file = parse_prompt(slug_of(closure.path), closure.source)
    return Side(file.prompt, closure.partials) if file.prompt is not None and not file.problems else None
