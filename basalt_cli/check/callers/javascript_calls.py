"""Find where JavaScript and TypeScript fetch prompts: ``get("slug", {variables: {...}})``, ``getSync``.

The slug may stand among the options too, ``get({slug: "..."})``, or be a constant of the module.
"""

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
    constants = _read_constants(tree.root_node)
    pending = [tree.root_node]
    while pending:
        node = pending.pop()
        pending += reversed(node.named_children)
        if node.type == "call_expression":
            found = _read_call(node, constants)
            if found is not None:
                yield found


@cache
def _parser(dialect: str) -> Any:
    import tree_sitter_typescript
    from tree_sitter import Language, Parser

    # TypeScript is JavaScript and more; one of its dialects has the tags of JSX, the other casts that look like them.
    grammar = tree_sitter_typescript.language_tsx if dialect == "tsx" else tree_sitter_typescript.language_typescript
    return Parser(Language(grammar()))


def _read_constants(root: Any) -> dict[str, str]:
    """Return the texts that a module gives names to with ``const``, exported ones among them."""
    statements = [found for node in root.named_children for found in (node, *node.named_children)]
    declared = [node for node in statements if node.type == "lexical_declaration" and node.text.startswith(b"const")]
    found = {}
    for declarator in (child for node in declared for child in node.named_children):
        name, text = declarator.child_by_field_name("name"), _read_text(declarator.child_by_field_name("value"), {})
        if name is not None and text is not None:
            found[name.text.decode(errors="replace")] = text
    return found


def _read_call(node: Any, constants: dict[str, str]) -> PromptCall | None:
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None or function.type != "member_expression":
        return None
    method = function.child_by_field_name("property")
    given = [child for child in arguments.named_children if child.type != "comment"]
    if method is None or method.text not in _METHODS or not given:
        return None
    options = dict(_entries(given[0])) if given[0].type == "object" else None
    slug = _read_text(options.get("slug") if options is not None else given[0], constants)
    if slug is None:
        return None
    written = [*given, *(child for argument in given if argument.type == "object" for child in argument.named_children)]
    if any(part.type == "spread_element" for part in written):
        return PromptCall(slug, node.start_point[0] + 1, node.start_point[1] + 1, None, False)
    version, variables = _find_arguments(given if options is None else [given[0], given[0]])
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
    return _read_text(node, {})


def _read_text(node: Any, constants: dict[str, str]) -> str | None:
    """Return a text that is written out, a template without holes among them, or that a constant has."""
    if node is not None and node.type in ("identifier", "shorthand_property_identifier"):
        return constants.get(node.text.decode(errors="replace"))
    if node is None or node.type not in ("string", "template_string"):
        return None
    parts = node.named_children
    if any(part.type != "string_fragment" for part in parts):
        return None
    return "".join(part.text.decode(errors="replace") for part in parts)
