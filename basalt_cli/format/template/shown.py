"""Which names of an expression show up in the text that it writes."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

# What these make of a text cannot carry its words on.
_MEASURING_FILTERS = frozenset(("length", "count", "wordcount", "int", "float", "sum", "round", "abs"))
# What these make of a text stands between quotes of its own, or holds no blank.
ENCODING_FILTERS = frozenset(("tojson", "urlencode", "forceescape", "escape", "e", "xmlattr"))


def find_shown(node: nodes.Node) -> Iterator[str]:
    """Yield the names whose values an expression writes, as they are or changed; conditions write nothing."""
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
    """Say whether an expression encodes what it writes, so that it cannot end what stands around it.

    What is handed to a macro is that macro's to write.
    """
    if isinstance(node, nodes.Call):
        return True
    return isinstance(node, nodes.Filter) and (
        node.name in ENCODING_FILTERS or (node.node is not None and is_encoded(node.node))
    )
