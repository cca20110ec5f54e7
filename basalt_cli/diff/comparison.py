"""Compare prompts between two sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from basalt_cli.diff.many import open_comparison
from basalt_cli.diff.prompt import compare_closures
from basalt_cli.diff.renames import join_renames
from basalt_cli.diff.sides import DiffRequest, Sides, TreeSide, find_closure, open_sides
from basalt_cli.errors import NotFoundError
from basalt_cli.model.change import Change, PromptDiff, Risk
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.sandbox.workers import map_in_processes
from basalt_cli.text.slug import expand_patterns, is_pattern
from basalt_cli.text.words import did_you_mean, list_names
from basalt_cli.versions.reach import Reach, find_partial, find_reach
from basalt_cli.workspace.project import Project

_REMOVALS = ("prompt-removed", "prompt-moved")


class Comparison(NamedTuple):
    """The differences of the prompts of a request, the sides they are between, and the reach of its partial."""

    diffs: tuple[PromptDiff, ...]
    sides: Sides
    reach: Reach | None = None


def diff_prompts(project: Project, request: DiffRequest) -> Comparison:
    """Return the differences that a request asks for; prompts without a change are left out.

    A partial as the first reference stands for all prompts that include it.
    """
    partial = find_partial(project, request.references)
    if partial is None:
        sides = open_sides(project, request)
        slugs = _expand(sides) if sides.slugs else sides.list_slugs()
        return Comparison(compare_sides(sides, slugs), sides)
    sides = open_sides(project, request._replace(references=request.references[1:]))
    slugs = [slug for slug in sides.list_slugs() if _includes(sides, slug, partial)]
    reach = find_reach(sides.state, partial, slugs)
    return Comparison(compare_sides(sides, slugs), sides, reach)


def compare_sides(sides: Sides, slugs: Sequence[str] | None = None) -> tuple[PromptDiff, ...]:
    """Return the differences of prompts between two sides, of all prompts without ``slugs``."""
    diffs = _compare_all(sides, sides.list_slugs() if slugs is None else slugs)
    if not sides.slugs:
        diffs = join_renames(sides, diffs)
    return tuple(
        diff._replace(changes=tuple(_judge_removal(change, sides.state) for change in diff.changes)) for diff in diffs
    )


def _compare_all(sides: Sides, slugs: Sequence[str]) -> list[PromptDiff]:
    """Compare prompts, many of them in several processes."""
    old, new = sides.old, sides.new
    if isinstance(old, TreeSide) and isinstance(new, TreeSide):
        comparison = open_comparison(sides.state.checkout, old.catalog, new.catalog)
        if comparison is not None:
            return [
                PromptDiff(
                    slug, old.label if found.old_files else None, new.label if found.new_files else None, found.changes
                )
                for slug, found in comparison.compare(slugs).items()
            ]
    diffs = map_in_processes(lambda slug: _compare(sides, slug), slugs)
    return [diff for diff in diffs if diff.changes]


def _compare(sides: Sides, slug: str) -> PromptDiff:
    closures = find_closure(sides.old, slug), find_closure(sides.new, slug)
    names = [side.name(slug) if closure else None for side, closure in zip(sides[:2], closures, strict=True)]
    return PromptDiff(slug, names[0], names[1], compare_closures(*closures))


def _expand(sides: Sides) -> Sequence[str]:
    """Return the slugs that the request names, once each; raise NotFoundError for one that neither side has."""
    if not any(is_pattern(slug) for slug in sides.slugs) and all(_exists(sides, slug) for slug in sides.slugs):
        # Nothing needs the list of all prompts, which costs more than to find a few.
        return tuple(dict.fromkeys(sides.slugs))
    slugs = sides.list_slugs()

    def refuse(pattern: str) -> NotFoundError:
        hint = f"{did_you_mean(pattern, slugs)}Prompts of both sides: {list_names(slugs)}."
        return NotFoundError(f"there is no prompt {pattern!r} on either side", hint=hint)

    return expand_patterns(sides.slugs, slugs, refuse)


def _exists(sides: Sides, slug: str) -> bool:
    return sides.old.find(slug) is not None or sides.new.find(slug) is not None


def _includes(sides: Sides, slug: str, partial: str) -> bool:
    closures = (find_closure(side, slug) for side in sides[:2])
    return any(closure is not None and partial in closure.paths for closure in closures)


def _judge_removal(change: Change, state: TrunkState) -> Change:
    """Return a removal or rename with the environments that run the old slug; the risk is none where none does."""
    if change.code not in _REMOVALS or state.found is None:
        return change
    environments = [name for name, deployed in state.pointers.items() if change.old in deployed]
    if environments:
        return change._replace(message=f"{change.message} (deployed to {', '.join(environments)})")
    return change._replace(risk=Risk.NONE, message=f"{change.message} (not deployed)")
