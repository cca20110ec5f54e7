"""The names of an expression whose values become part of the text that it writes."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

# The result of these filters does not contain the text.
_MEASURING_FILTERS = frozenset(("length", "count", "wordcount", "int", "float", "sum", "round", "abs"))
# The result of these filters is quoted, or contains no blank.
ENCODING_FILTERS = frozenset(("tojson", "urlencode", "forceescape", "escape", "e", "xmlattr"))


def find_shown(node: nodes.Node) -> Iterator[str]:
    """Yield the names whose values an expression writes, changed or not; a condition writes nothing."""
    if isinstance(node, nodes.Name):
        yield node.name
    else:
        for child in _writing_parts(node):
            yield from find_shown(child)


def _writing_parts(node: nodes.Node) -> Iterator[nodes.Node]:
    if isinstance(node, nodes.Test | nodes.Compare | nodes.Not):
        return
    if isinstance(node, nodes.Filter) and node.name in _MEASURING_FILTERS:
        return
    yield from node.iter_child_nodes(exclude=("test",) if isinstance(node, nodes.CondExpr) else ("arg",))


def is_encoded(node: nodes.Node) -> bool:
    """Return whether an expression encodes the values that it writes, so that they cannot end the text around them.

    A call counts as encoding: the arguments of a macro are judged where the macro writes them.
    """
    if isinstance(node, nodes.Call):
        return True
    return isinstance(node, nodes.Filter) and (
        node.name in ENCODING_FILTERS or (node.node is not None and is_encoded(node.node))
    )
