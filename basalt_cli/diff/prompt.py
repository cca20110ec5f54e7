"""Compare two versions of one prompt: typed changes, each with its risk.

The risk is the worst that a change can do: ``breaking`` makes callers or programs that read the output fail,
``behavioural`` changes what the model is asked to do, ``wording`` changes only the text that it reads, ``none``
changes nothing for any of them.
"""

from __future__ import annotations

from basalt_cli.diff.messages import compare_examples, compare_turns
from basalt_cli.diff.output_contract import compare_contracts
from basalt_cli.diff.prompt_text import PromptText
from basalt_cli.diff.settings import compare_settings
from basalt_cli.diff.templates import compare_partials
from basalt_cli.diff.unrenderable import compare_renderability
from basalt_cli.diff.variables import compare_variables
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.model.change import Change, Risk
from basalt_cli.text.slug import slug_of


def compare_closures(old: Closure | None, new: Closure | None) -> tuple[Change, ...]:
    """Return the changes between two versions of a prompt; None for a version where the prompt does not exist.

    A version whose file has errors gives the single change ``unreadable``.
    """
    if old is not None and new is not None and old.digest == new.digest:
        return ()
    before, after = _parse(old), _parse(new)
    for closure, source, name in ((old, before, "old"), (new, after, "new")):
        if closure is not None and source is None:
            message = f"the {name} version has errors and cannot be compared: basalt lint lists them"
            return (Change("unreadable", "", None, None, Risk.BREAKING, message),)
    return compare_prompts(before, after)


def _parse(closure: Closure | None) -> PromptText | None:
    if closure is None:
        return None
    file = parse_prompt(slug_of(closure.path), closure.source)
    return PromptText(file.prompt, closure.partials) if file.prompt is not None and not file.problems else None


def compare_prompts(old: PromptText | None, new: PromptText | None) -> tuple[Change, ...]:
    """Return the changes from ``old`` to ``new``, worst risk first, those of one risk in the order of the format."""
    if old is None and new is None:
        return ()
    if old is None:
        return (Change("prompt-added", "", None, new and new.prompt.slug, Risk.NONE, "the prompt was added"),)
    if new is None:
        return (Change("prompt-removed", "", old.prompt.slug, None, Risk.BREAKING, "the prompt was removed"),)
    changes = [
        *compare_variables(old, new),
        *compare_turns(old.prompt, new.prompt),
        *compare_partials(old, new),
        *compare_examples(old.prompt, new.prompt),
        *compare_contracts(old, new),
        *compare_settings(old.prompt, new.prompt),
    ]
    # A prompt that misses a partial cannot be rendered either, and partial-removed reports that already.
    if all(change.code != "partial-removed" for change in changes):
        changes += compare_renderability(old, new)
    return tuple(sorted(changes, key=lambda change: -change.risk))
