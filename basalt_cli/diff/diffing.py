"""Compare prompts between two sides: what changed, who moved, who runs what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.diff.closures import compare_closures
from basalt_cli.diff.many import open_comparison
from basalt_cli.diff.sides import DiffRequest, OneTree, Side, Sides, open_sides
from basalt_cli.errors import NotFoundError
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.change import Change, PromptDiff, Risk
from basalt_cli.sandbox.workers import map_in_processes
from basalt_cli.text.slug import is_pattern, match_slugs
from basalt_cli.text.words import list_names
from basalt_cli.versions.reach import Reach, find_deployed, find_partial, find_reach
from basalt_cli.workspace.project import Project

# Two files are one that moved when so much of their text is the same, as git counts it by default.
_LIKENESS = 0.5
_REMOVALS = ("prompt-removed", "prompt-moved")


class Comparison(NamedTuple):
    """The differences of all prompts that were asked for, and the sides that they were found between."""

    diffs: tuple[PromptDiff, ...]
    sides: Sides
    reach: Reach | None = None


def diff_prompts(project: Project, request: DiffRequest) -> Comparison:
    """Compare what a request names; prompts that are equal on both sides are left out.

    A partial in the place of a prompt means all prompts that include it.
    """
    partial = find_partial(project, request.references)
    if partial is not None:
        request = request._replace(references=request.references[1:])
    sides = open_sides(project, request)
    slugs = _expand(sides) if sides.slugs else _list_all(sides)
    reach = None
    if partial is not None:
        slugs = [slug for slug in _list_all(sides) if _includes(sides, slug, partial)]
        reach = find_reach(project, partial, slugs)
    return Comparison(compare_sides(project, sides, slugs), sides, reach)


def compare_sides(project: Project, sides: Sides, slugs: list[str] | None = None) -> tuple[PromptDiff, ...]:
    """Return how prompts differ between two sides; all of them without ``slugs``."""
    diffs = _compare_all(project, sides, slugs if slugs is not None else _list_all(sides))
    if not sides.slugs:
        diffs = _find_moves(sides, diffs)
    return tuple(_judge_removals(project, diffs))


def _list_all(sides: Sides) -> list[str]:
    return sorted({*sides.old.slugs(), *sides.new.slugs()})


def _compare_all(project: Project, sides: Sides, slugs: list[str]) -> list[PromptDiff]:
    """Compare prompts, in several processes where they are many; equal ones are left out."""
    old, new = sides.old, sides.new
    if isinstance(old, OneTree) and isinstance(new, OneTree):
        comparison = open_comparison(project, old.catalog, new.catalog)
        if comparison is not None:
            return [
                PromptDiff(
                    slug, old.label if found.old_files else None, new.label if found.new_files else None, found.changes
                )
                for slug, found in comparison.compare(slugs).items()
            ]
    diffs = map_in_processes(lambda slug: _compare(sides, slug), slugs)
    return [diff for diff in diffs if diff is not None]


def _compare(sides: Sides, slug: str) -> PromptDiff | None:
    closures = _closure(sides.old, slug), _closure(sides.new, slug)
    changes = compare_closures(*closures)
    names = [side.name(slug) if closure else None for side, closure in zip(sides[:2], closures, strict=True)]
    return PromptDiff(slug, names[0], names[1], changes) if changes else None


def _closure(side: Side, slug: str) -> Closure | None:
    catalog = side.find(slug)
    return catalog.find_closure(slug) if catalog is not None else None


def _expand(sides: Sides) -> list[str]:
    """Return the slugs that are meant; all prompts of both sides are listed only where a pattern or slip needs them."""
    found: dict[str, None] = {}
    for pattern in sides.slugs:
        if not is_pattern(pattern) and (sides.old.find(pattern) or sides.new.find(pattern)):
            found[pattern] = None
            continue
        everything = _list_all(sides)
        matches = match_slugs(pattern, everything)
        if not matches:
            from basalt_cli.text.words import did_you_mean

            hint = f"{did_you_mean(pattern, everything)}Prompts there: {list_names(everything)}."
            raise NotFoundError(f"there is no prompt {pattern!r} on either side", hint=hint)
        found |= dict.fromkeys(matches)
    return list(found)


def _includes(sides: Sides, slug: str, partial: str) -> bool:
    closures = (_closure(side, slug) for side in (sides.old, sides.new))
    return any(closure is not None and partial in closure.paths for closure in closures)


def _judge_removals(project: Project, diffs: list[PromptDiff]) -> Iterator[PromptDiff]:
    """Say whether anybody runs a prompt that is gone, or has another slug; pointers are read only for those."""
    is_any_gone = any(change.code in _REMOVALS for diff in diffs for change in diff.changes)
    deployed = find_deployed(project) if is_any_gone else None
    for diff in diffs:
        yield diff._replace(changes=tuple(_judge_change(change, deployed) for change in diff.changes))


def _judge_change(change: Change, deployed: dict[str, tuple[str, ...]] | None) -> Change:
    if change.code not in _REMOVALS or deployed is None:
        return change
    environments = deployed.get(str(change.old), ())
    if environments:
        return change._replace(message=f"{change.message}, and runs in {', '.join(environments)}")
    return change._replace(risk=Risk.NONE, message=f"{change.message}, and runs nowhere")


def _find_moves(sides: Sides, diffs: list[PromptDiff]) -> list[PromptDiff]:
    """Join a prompt that went and one that came with nearly the same text into one that moved."""
    gone = [diff for diff in diffs if diff.new is None]
    come = [diff for diff in diffs if diff.old is None]
    moved: dict[str, PromptDiff] = {}
    for old in gone:
        for new in come:
            if new.slug not in moved and _is_alike(_closure(sides.old, old.slug), _closure(sides.new, new.slug)):
                moved[new.slug] = _describe_move(sides, old, new)
                moved[old.slug] = old
                break
    left = [moved[diff.slug] if diff.slug in moved and diff.old is None else diff for diff in diffs]
    return [diff for diff in left if not (diff.new is None and diff.slug in moved)]


def _is_alike(old: Closure | None, new: Closure | None) -> bool:
    from difflib import SequenceMatcher

    if old is None or new is None:
        return False
    if old.source == new.source:
        return True
    before, after = (closure.source.decode(errors="replace").splitlines() for closure in (old, new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return matcher.quick_ratio() >= _LIKENESS and matcher.ratio() >= _LIKENESS


def _describe_move(sides: Sides, old: PromptDiff, new: PromptDiff) -> PromptDiff:
    message = f"the prompt was {old.slug}"
    move = Change("prompt-moved", "", old.slug, new.slug, Risk.BREAKING, message)
    changes = compare_closures(_closure(sides.old, old.slug), _closure(sides.new, new.slug))
    return PromptDiff(new.slug, old.old, new.new, (move, *changes))
