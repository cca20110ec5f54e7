"""Compares the calls in source code with the variables of the prompts that they name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

from basalt_cli.check.callers import javascript_calls, python_calls
from basalt_cli.check.source_files import SourceFiles
from basalt_cli.model.prompt import Prompt
from basalt_cli.model.prompt_call import PromptCall
from basalt_cli.text.words import did_you_mean
from basalt_cli.workspace.catalog import Catalog

_LARGEST_BYTES = 1024 * 1024


class WrongCall(NamedTuple):
    """A call that does not fit its prompt; the path is from the project's folder."""

    slug: str
    path: str
    line: int
    column: int
    message: str
    help: str | None


def find_wrong_calls(sources: SourceFiles, old: Catalog, new: Catalog) -> Iterator[WrongCall]:
    """Yield the calls that name a prompt of either side and do not fit the new one."""
    for path in sources.list_paths((".py", *_list_endings())):
        text = (sources.read(path) or b"")[:_LARGEST_BYTES].decode("utf-8-sig", errors="replace")
        for call in _find_calls(path, text):
            found = None if call.is_pinned else _judge(call, old, new)
            if found is not None:
                yield WrongCall(call.slug, path, call.line, call.column, *found)


def find_unread(sources: SourceFiles) -> str | None:
    """Return a file that may have calls and that no installed parser reads; None where there is none."""
    return None if _list_endings() else next(iter(sources.list_paths(javascript_calls.ENDINGS)), None)


@cache
def _list_endings() -> tuple[str, ...]:
    """Return the endings of JavaScript files; none where its parser is not installed."""
    is_there = all(find_spec(module) is not None for module in javascript_calls.MODULES)
    return javascript_calls.ENDINGS if is_there else ()


def _find_calls(path: str, text: str) -> Iterator[PromptCall]:
    return python_calls.find_calls(text) if path.endswith(".py") else javascript_calls.find_calls(path, text)


def _judge(call: PromptCall, old: Catalog, new: Catalog) -> tuple[str, str | None] | None:
    if new.find_closure(call.slug) is None:
        if old.find_closure(call.slug) is None:
            return None  # A method of the same name on another object.
        return f"{call.slug} is called here, and no longer exists", "Change the call, or keep the prompt."
    prompt = new.get_file(call.slug).prompt
    if prompt is None or call.variables is None:
        return None
    return _judge_variables(call, prompt, call.variables)


def _judge_variables(call: PromptCall, prompt: Prompt, given: tuple[str, ...]) -> tuple[str, str | None] | None:
    declared = [variable.name for variable in prompt.variables]
    missing = [v.name for v in prompt.variables if v.required and v.name not in given]
    unknown = [name for name in given if name not in declared]
    if missing:
        return f"{call.slug} needs {', '.join(map(repr, missing))}, which this call does not pass", "Pass it here."
    if unknown:
        names = ", ".join(map(repr, unknown))
        return f"{call.slug} has no variable {names}", did_you_mean(unknown[0], declared).strip() or None
    return None
