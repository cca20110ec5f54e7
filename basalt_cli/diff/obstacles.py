"""Find what keeps a prompt from being rendered at all, whatever its callers give."""

from __future__ import annotations

from collections.abc import Mapping

from basalt_cli.format.prompt.needs import find_cycle, find_missing, find_needs
from basalt_cli.format.template import GLOBAL_NAMES, analyse
from basalt_cli.model.prompt import Prompt


def find_obstacle(prompt: Prompt, partials: Mapping[str, str]) -> str | None:
    """Return the first obstacle in one clause; None when a rendering can succeed.

    A name under a guard, or in a branch, counts only where nothing guards it: a caller may well come there.
    """
    for text in (*(template.text for template in prompt.templates), *partials.values()):
        for problem in analyse(text, prompt.whitespace).problems:
            return problem.message
    missing = find_missing(prompt, partials)
    if missing:
        return f"the partial {min(missing)} does not exist"
    cycle = find_cycle(prompt, partials)
    if cycle:
        return f"partials include each other in a circle: {' -> '.join(cycle)}"
    declared = {variable.name for variable in prompt.variables}
    for need in find_needs(prompt, partials):
        is_known = need.name in GLOBAL_NAMES or (need.name in declared and need.sees_context)
        if not is_known and not need.is_guarded:
            return f"the variable {need.name!r} is not declared"
    return None
