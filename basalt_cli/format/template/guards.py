"""What a condition proves: the names that are defined where it is true, or where it is false."""

from __future__ import annotations

from jinja2 import nodes

# An undefined value never passes these tests, so a value that passes is defined.
_PROVING_TESTS = frozenset(
    ("defined", "string", "number", "integer", "float", "boolean", "mapping", "true", "false", "none", "escaped")
)
# These tests read their value, and raise for an undefined one.
_READING_TESTS = frozenset(
    (
        "even", "odd", "divisibleby", "lower", "upper", "iterable", "in", "==", "eq", "equalto", "!=", "ne", ">", "gt",
        "greaterthan", ">=", "ge", "<", "lt", "lessthan", "<=", "le", "filter", "test",
    )
)  # fmt: skip
_DEFAULT_FILTERS = frozenset(("default", "d"))


def find_proven(test: nodes.Node, *, holds: bool) -> frozenset[str]:
    """Return the names that are defined where ``test`` is true; with ``holds=False`` where it is false."""
    if isinstance(test, nodes.Not):
        return find_proven(test.node, holds=not holds)
    if isinstance(test, nodes.And | nodes.Or):
        left, right = find_proven(test.left, holds=holds), find_proven(test.right, holds=holds)
        return left | right if isinstance(test, nodes.And) is holds else left & right
    if isinstance(test, nodes.Test) and isinstance(test.node, nodes.Name):
        is_proof = (holds and test.name in _PROVING_TESTS) or (not holds and test.name == "undefined")
        return frozenset((test.node.name,)) if is_proof else frozenset()
    # Reading an undefined name raises, so a name whose truth was tested is defined.
    return frozenset((test.name,)) if isinstance(test, nodes.Name) else frozenset()


def takes_undefined(node: nodes.Node) -> bool:
    """Return whether an expression accepts an undefined operand: a test for it, or a default."""
    if isinstance(node, nodes.Test):
        return node.name not in _READING_TESTS
    return isinstance(node, nodes.Filter) and node.name in _DEFAULT_FILTERS
