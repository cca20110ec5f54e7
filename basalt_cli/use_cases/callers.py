"""Hold the calls in source code against the variables of the prompts that they name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from basalt_cli.model.prompt import Prompt
from basalt_cli.model.prompt_call import PromptCall
from basalt_cli.pure import javascript_calls, python_calls
from basalt_cli.pure.words import did_you_mean
from basalt_cli.use_cases.catalog import Catalog

_LARGEST_BYTES = 1024 * 1024
_SKIPPED = frozenset(("node_modules", "__pycache__", "venv", "site-packages", "build", "dist"))


class WrongCall(NamedTuple):
    """A call that does not fit its prompt; the path is from the project's folder."""

    slug: str
    path: str
    line: int
    column: int
    message: str
    help: str | None


def find_wrong_calls(root: Path, folders: tuple[str, ...], old: Catalog, new: Catalog) -> Iterator[WrongCall]:
    """Yield the calls below some folders that name a prompt of either side, and do not fit the new one."""
    for path in _list_sources(root, folders):
        with path.open("rb") as file:
            text = file.read(_LARGEST_BYTES).decode(errors="replace")
        name = path.relative_to(root).as_posix()
        for call in _find_calls(name, text):
            found = None if call.is_pinned else _judge(call, old, new)
            if found is not None:
                yield WrongCall(call.slug, name, call.line, call.column, *found)


def _list_sources(root: Path, folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        # No link leads out: what it leads to is not part of the change, and may be anything.
        is_own = os.path.realpath(root / folder) == os.path.join(os.path.realpath(root), folder.rstrip("."))
        for current, names, files in os.walk(root / folder) if is_own or folder == "." else ():
            names[:] = sorted(name for name in names if name not in _SKIPPED and not name.startswith("."))
            found = (Path(current, file) for file in sorted(files) if file.endswith((".py", *_list_endings())))
            yield from (path for path in found if path.is_file() and not path.is_symlink())


@cache
def _list_endings() -> tuple[str, ...]:
    """Return the endings of JavaScript, where what reads it is installed."""
    is_there = all(find_spec(module) is not None for module in javascript_calls.MODULES)
    return javascript_calls.ENDINGS if is_there else ()


def find_unread(root: Path, folders: tuple[str, ...]) -> Path | None:
    """Return a file that callers may be in, and that nothing installed can read."""
    if _list_endings():
        return None
    for folder in folders:
        for current, names, files in os.walk(root / folder):
            names[:] = sorted(name for name in names if name not in _SKIPPED and not name.startswith("."))
            found = next((file for file in sorted(files) if file.endswith(javascript_calls.ENDINGS)), None)
            if found is not None:
                return Path(current, found)
    return None


def _find_calls(path: str, text: str) -> Iterator[PromptCall]:
    return python_calls.find_calls(text) if path.endswith(".py") else javascript_calls.find_calls(path, text)


def _judge(call: PromptCall, old: Catalog, new: Catalog) -> tuple[str, str | None] | None:
    if new.find_closure(call.slug) is None:
        if old.find_closure(call.slug) is None:
            return None  # Something else that has a method of that name.
        return f"{call.slug} is called here, and is not there any more", "Change the call, or keep the prompt."
    prompt = new.get_file(call.slug).prompt
    if prompt is None or call.variables is None:
        return None
    return _judge_variables(call, prompt, call.variables)


def _judge_variables(call: PromptCall, prompt: Prompt, given: tuple[str, ...]) -> tuple[str, str | None] | None:
    declared = [variable.name for variable in prompt.variables]
    missing = [v.name for v in prompt.variables if v.required and v.name not in given]
    unknown = [name for name in given if name not in declared]
    if missing:
        return f"{call.slug} needs {', '.join(map(repr, missing))}, which this call does not give", "Give it here."
    if unknown:
        names = ", ".join(map(repr, unknown))
        return f"{call.slug} has no variable {names}", did_you_mean(unknown[0], declared).strip() or None
    return None
