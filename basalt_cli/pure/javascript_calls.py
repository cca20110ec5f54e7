"""Find where JavaScript and TypeScript fetch prompts: ``get("slug", {variables: {...}})`` and ``getSync``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from basalt_cli.model.prompt_call import PromptCall

ENDINGS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts")
MODULES = ("tree_sitter", "tree_sitter_typescript")
_METHODS = (b"get", b"getSync", b"get_sync")
_VARIABLES_POSITION = 3
_NOTHING = ("null", "undefined")


def find_calls(path: str, text: str) -> Iterator[PromptCall]:
    """Yield the calls of a module, in order; what cannot be parsed is passed over."""
    tree = _parser("typescript" if path.endswith((".ts", ".mts", ".cts")) else "tsx").parse(text.encode())
    pending = [tree.root_node]
    while pending:
        node = pending.pop()
        pending += reversed(node.named_children)
        if node.type == "call_expression":
            found = _read_call(node)
            if found is not None:
                yield found


@cache
def _parser(dialect: str) -> Any:
    import tree_sitter_typescript
    from tree_sitter import Language, Parser

    # TypeScript is JavaScript and more; one of its dialects has the tags of JSX, the other casts that look like them.
    grammar = tree_sitter_typescript.language_tsx if dialect == "tsx" else tree_sitter_typescript.language_typescript
    return Parser(Language(grammar()))


def _read_call(node: Any) -> PromptCall | None:
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None or function.type != "member_expression":
        return None
    method = function.child_by_field_name("property")
    given = [child for child in arguments.named_children if child.type != "comment"]
    slug = _read_text(given[0]) if given else None
    if method is None or method.text not in _METHODS or slug is None:
        return None
    if any(argument.type == "spread_element" for argument in given):
        return PromptCall(slug, node.start_point[0] + 1, node.start_point[1] + 1, None, False)
    version, variables = _find_arguments(given)
    is_pinned = version is not None and version.type not in _NOTHING
    names = _read_names(variables) if variables is not None else None
    return PromptCall(slug, node.start_point[0] + 1, node.start_point[1] + 1, names, is_pinned)


def _find_arguments(given: list[Any]) -> tuple[Any, Any]:
    """Return version and variables: of an object behind the slug, or by their positions as in Python."""
    if len(given) > 1 and given[1].type == "object":
        entries = dict(_entries(given[1]))
        return entries.get("version"), entries.get("variables")
    positional = given[1] if len(given) > 1 else None
    return positional, given[_VARIABLES_POSITION] if len(given) > _VARIABLES_POSITION else None


def _entries(node: Any) -> Iterator[tuple[str, Any]]:
    for child in node.named_children:
        if child.type == "pair":
            yield _read_key(child.child_by_field_name("key")) or "", child.child_by_field_name("value")
        elif child.type == "shorthand_property_identifier":
            yield child.text.decode(errors="replace"), child


def _read_names(node: Any) -> tuple[str, ...] | None:
    """Return the keys of an object that is written out; None where some are only known while running."""
    if node.type != "object":
        return None
    names: list[str] = []
    for child in node.named_children:
        if child.type == "comment":
            continue
        is_short = child.type == "shorthand_property_identifier"
        name = child.text.decode(errors="replace") if is_short else None
        if child.type == "pair":
            name = _read_key(child.child_by_field_name("key"))
        if name is None:
            return None
        names.append(name)
    return tuple(names)


def _read_key(node: Any) -> str | None:
    if node is not None and node.type == "property_identifier":
        return str(node.text.decode(errors="replace"))
    return _read_text(node)


def _read_text(node: Any) -> str | None:
    """Return a text that is written out, a template without holes among them."""
    if node is None or node.type not in ("string", "template_string"):
        return None
    parts = node.named_children
    if any(part.type != "string_fragment" for part in parts):
        return None
    return "".join(part.text.decode(errors="replace") for part in parts)
