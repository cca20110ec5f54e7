"""What a condition proves: which names are surely defined where it holds, and where it does not."""

from __future__ import annotations

from jinja2 import nodes

# Tests that an undefined value never passes, so that what passes them is defined.
_PROVING_TESTS = frozenset(
    ("defined", "string", "number", "integer", "float", "boolean", "mapping", "true", "false", "none", "escaped")
)
# Tests that read their value, and fail on an undefined one.
_READING_TESTS = frozenset(
    (
        "even", "odd", "divisibleby", "lower", "upper", "iterable", "in", "==", "eq", "equalto", "!=", "ne", ">", "gt",
        "greaterthan", ">=", "ge", "<", "lt", "lessthan", "<=", "le",
    )
)  # fmt: skip
_DEFAULT_FILTERS = frozenset(("default", "d"))


def find_proven(test: nodes.Node, *, holds: bool) -> frozenset[str]:
    """Return the names that are defined where ``test`` holds, or where it does not."""
    if isinstance(test, nodes.Not):
        return find_proven(test.node, holds=not holds)
    if isinstance(test, nodes.And | nodes.Or):
        left, right = find_proven(test.left, holds=holds), find_proven(test.right, holds=holds)
        return left | right if isinstance(test, nodes.And) is holds else left & right
    if isinstance(test, nodes.Test) and isinstance(test.node, nodes.Name):
        is_proof = (holds and test.name in _PROVING_TESTS) or (not holds and test.name == "undefined")
        return frozenset((test.node.name,)) if is_proof else frozenset()
    # What was read to decide the test did not fail, so it is defined.
    return frozenset((test.name,)) if isinstance(test, nodes.Name) else frozenset()


def takes_undefined(node: nodes.Node) -> bool:
    """Say whether an expression does not mind that its operand is undefined: a test for it, or a default."""
    if isinstance(node, nodes.Test):
        return node.name not in _READING_TESTS
    return isinstance(node, nodes.Filter) and node.name in _DEFAULT_FILTERS
