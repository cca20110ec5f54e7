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
    constants = _read_constants(tree)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(nodes, key=lambda call: (call.lineno, call.col_offset)):
        if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            found = _read_call(node, constants)
            if found is not None:
                yield found


def _read_constants(tree: ast.Module) -> dict[str, str]:
    """Return the texts that a module gives names to, once and for all."""
    found: dict[str, str] = {}
    names: list[str] = []
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in (found for found in targets if isinstance(found, ast.Name)):
            names.append(target.id)
            if isinstance(node, ast.Assign | ast.AnnAssign) and (text := _read_text(node.value, {})) is not None:
                found[target.id] = text
    return {name: text for name, text in found.items() if names.count(name) == 1}


def _read_call(node: ast.Call, constants: dict[str, str]) -> PromptCall | None:
    keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg is not None}
    slug = _read_text(node.args[0] if node.args else keywords.get("slug"), constants)
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


def _read_text(node: ast.expr | None, constants: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _read_names(node: ast.expr) -> tuple[str, ...] | None:
    """Return the keys of a mapping that is written out; None where some are only known while running."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        names = [keyword.arg for keyword in node.keywords]
        return None if None in names else tuple(str(name) for name in names)
    if not isinstance(node, ast.Dict):
        return None
    keys = [_read_text(key, {}) for key in node.keys]
    return None if None in keys else tuple(str(key) for key in keys)
