"""Find prompts that were renamed between two sides: one was removed, and another with a similar text was added."""

from __future__ import annotations

from collections.abc import Mapping

from basalt_cli.diff.prompt import compare_closures
from basalt_cli.diff.sides import DiffSide, Sides, find_closure
from basalt_cli.model.change import Change, PromptDiff, Risk

# git's default for --find-renames: half of the text is the same.
_SIMILARITY = 0.5


def join_renames(sides: Sides, diffs: list[PromptDiff]) -> list[PromptDiff]:
    """Replace each removed and added prompt of similar text by one diff with ``prompt-moved``, under the new slug."""
    removed = {diff.slug: diff for diff in diffs if diff.new is None}
    added = {diff.slug: diff for diff in diffs if diff.old is None}
    old_slugs = pair_renames(_read_texts(sides.old, removed), _read_texts(sides.new, added))
    renames = {}
    for slug, old_slug in old_slugs.items():
        rename = Change("prompt-moved", "", old_slug, slug, Risk.BREAKING, f"the prompt was renamed from {old_slug}")
        changes = compare_closures(find_closure(sides.old, old_slug), find_closure(sides.new, slug))
        renames[slug] = PromptDiff(slug, removed[old_slug].old, added[slug].new, (rename, *changes))
    return [renames.get(diff.slug, diff) for diff in diffs if diff.slug not in old_slugs.values()]


def _read_texts(side: DiffSide, slugs: Mapping[str, object]) -> dict[str, str]:
    closures = ((slug, find_closure(side, slug)) for slug in slugs)
    return {slug: found.source.decode(errors="replace") for slug, found in closures if found is not None}


def pair_renames(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Return old slugs by new slugs, given texts by slug: equal texts first, then the most similar ones, as git does.

    Each slug is in one pair at most.
    """
    pairs: dict[str, str] = {}
    left = dict(old)
    for slug, text in new.items():
        old_slug = next((candidate for candidate, before in left.items() if before == text), None)
        if old_slug is not None:
            pairs[slug] = old_slug
            del left[old_slug]
    similarities = [
        (measure_similarity(before, text), old_slug, slug)
        for old_slug, before in left.items()
        for slug, text in new.items()
        if slug not in pairs
    ]
    for similarity, old_slug, slug in sorted(similarities, key=lambda found: -found[0]):
        if similarity >= _SIMILARITY and old_slug in left and slug not in pairs:
            pairs[slug] = old_slug
            del left[old_slug]
    return pairs


def measure_similarity(old: str, new: str) -> float:
    """Return the share of equal lines, in order, from 0 to 1; 0 where it is certainly too small for a rename."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, old.splitlines(), new.splitlines(), autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _SIMILARITY else 0
