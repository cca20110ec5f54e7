"""Find prompts that were renamed between two sides: one was removed, and another with a similar text was added."""

from __future__ import annotations

from basalt_cli.diff.prompt import compare_closures
from basalt_cli.diff.sides import Sides, find_closure
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.change import Change, PromptDiff, Risk

# git's default for --find-renames: half of the lines are the same.
_SIMILARITY = 0.5


def join_renames(sides: Sides, diffs: list[PromptDiff]) -> list[PromptDiff]:
    """Replace a removed and an added prompt of similar text by one diff with ``prompt-moved``, under the new slug."""
    renames: dict[str, PromptDiff] = {}
    old_slugs = set()
    added = [diff for diff in diffs if diff.old is None]
    for old in (diff for diff in diffs if diff.new is None):
        for new in added:
            closures = find_closure(sides.old, old.slug), find_closure(sides.new, new.slug)
            if new.slug not in renames and _is_similar(*closures):
                rename = Change(
                    "prompt-moved", "", old.slug, new.slug, Risk.BREAKING, f"the prompt was renamed from {old.slug}"
                )
                renames[new.slug] = PromptDiff(new.slug, old.old, new.new, (rename, *compare_closures(*closures)))
                old_slugs.add(old.slug)
                break
    return [renames.get(diff.slug, diff) for diff in diffs if diff.slug not in old_slugs]


def _is_similar(old: Closure | None, new: Closure | None) -> bool:
    from difflib import SequenceMatcher

    if old is None or new is None:
        return False
    if old.source == new.source:
        return True
    before, after = (closure.source.decode(errors="replace").splitlines() for closure in (old, new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return matcher.quick_ratio() >= _SIMILARITY and matcher.ratio() >= _SIMILARITY
