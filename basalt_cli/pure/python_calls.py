"""Find where Python code fetches prompts: ``get("slug", variables={...})`` and ``get_sync``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from basalt_cli.model.prompt_call import PromptCall

_METHODS = ("get", "get_sync")
_VARIABLES_POSITION = 3


def find_calls(text: str) -> Iterator[PromptCall]:
    """Yield the calls of a module, in order; none for text that is no Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            found = _read_call(node)
            if found is not None:
                yield found


def _read_call(node: ast.Call) -> PromptCall | None:
    keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg is not None}
    slug = _read_text(node.args[0] if node.args else keywords.get("slug"))
    if slug is None or any(isinstance(argument, ast.Starred) for argument in node.args):
        return None
    is_open = len(keywords) < len(node.keywords)
    given = keywords.get("variables")
    if given is None and len(node.args) > _VARIABLES_POSITION:
        given = node.args[_VARIABLES_POSITION]
    version = keywords.get("version", node.args[1] if len(node.args) > 1 else None)
    is_pinned = version is not None and not (isinstance(version, ast.Constant) and version.value is None)
    variables = None if given is None or is_open else _read_names(given)
    return PromptCall(slug, node.lineno, node.col_offset + 1, variables, is_pinned)


def _read_text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _read_names(node: ast.expr) -> tuple[str, ...] | None:
    """Return the keys of a mapping that is written out; None where some are only known while running."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        names = [keyword.arg for keyword in node.keywords]
        return None if None in names else tuple(str(name) for name in names)
    if not isinstance(node, ast.Dict):
        return None
    keys = [_read_text(key) for key in node.keys]
    return None if None in keys else tuple(str(key) for key in keys)
