"""Find what makes every rendering of a prompt fail, whatever values callers give."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.diff.prompt_text import PromptText
from basalt_cli.format.prompt.needs import find_cycle, find_missing, find_needs
from basalt_cli.format.template import GLOBAL_NAMES, analyse
from basalt_cli.model.change import Change, Risk


def compare_renderability(old: PromptText, new: PromptText) -> Iterator[Change]:
    """Yield a change where the old version can be rendered and the new one cannot."""
    obstacle = find_obstacle(new)
    if obstacle is not None and find_obstacle(old) is None:
        message = f"the prompt can no longer be rendered: {obstacle}"
        yield Change("unrenderable", "", None, obstacle, Risk.BREAKING, message)


def find_obstacle(source: PromptText) -> str | None:
    """Return the first reason why no rendering can succeed, as a clause; None where one can.

    An undeclared name counts in a branch too, since values may lead there, but not under a guard (``is defined``).
    """
    prompt, partials = source
    for text in source.texts:
        for problem in analyse(text, prompt.whitespace).problems:
            return problem.message
    missing = find_missing(prompt, partials)
    if missing:
        return f"the partial {min(missing)} does not exist"
    cycle = find_cycle(prompt, partials)
    if cycle:
        return f"the partials include each other in a circle: {' -> '.join(cycle)}"
    declared = {variable.name for variable in prompt.variables}
    for need in find_needs(prompt, partials):
        is_known = need.name in GLOBAL_NAMES or (need.name in declared and need.sees_context)
        if not is_known and not need.is_guarded:
            return f"the variable {need.name!r} is not declared"
    return None
