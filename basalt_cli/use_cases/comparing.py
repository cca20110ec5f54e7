"""Compare prompts between two places."""

from __future__ import annotations

from collections.abc import Iterable

from basalt_cli.model.change import Change, PromptDiff, Risk
from basalt_cli.pure.closure import Closure
from basalt_cli.pure.prompt_diff import Side, compare
from basalt_cli.pure.prompt_file import parse_prompt
from basalt_cli.pure.slug import slug_of
from basalt_cli.use_cases.catalog import Catalog


def compare_catalogs(
    old: Catalog, new: Catalog, slugs: Iterable[str], labels: tuple[str, str]
) -> tuple[PromptDiff, ...]:
    """Compare prompts of two catalogs; those that are equal on both sides are left out."""
    diffs = []
    for slug in slugs:
        before, after = old.find_closure(slug), new.find_closure(slug)
        changes = compare_closures(before, after)
        if changes:
            sides = [label if closure else None for label, closure in zip(labels, (before, after), strict=True)]
            diffs.append(PromptDiff(slug, sides[0], sides[1], changes))
    return tuple(diffs)


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
