"""Find expressions of a parsed template that are too large, or that access Python's internals.

This static check is the first of three defences: rendering also runs in the sandbox, and in a bounded process.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jinja2 import nodes

_LARGEST_NUMBER = 1_000_000
_LARGEST_ARGUMENT = 10_000
_DEEPEST_LOOP = 8
_MOST_ITERATIONS = 1_000_000
# A field of a format string with more digits than this is too wide.
_WIDEST_FIELD_DIGITS = 3


def find_oversized(tree: nodes.Template, found: list[nodes.Node]) -> Iterator[tuple[Any, str]]:
    """Yield each node that exceeds a limit, with a message; ``found`` are all nodes of ``tree``."""
    for node in found:
        message = _judge(node)
        if message is not None:
            yield node, message
    if any(isinstance(node, nodes.For) for node in found):
        yield from _in_loops(tree, 0, 1)


def _judge(node: nodes.Node) -> str | None:  # noqa: PLR0911 - a table of node types
    if isinstance(node, nodes.Pow):
        return _judge_power(node)
    if isinstance(node, nodes.Mul):
        return _judge_product(node)
    if isinstance(node, nodes.Mod) and isinstance(node.left, nodes.Const):
        return "the format has a very wide field" if has_wide_field(node.left.value) else None
    if isinstance(node, nodes.Getattr):
        return _judge_attribute(node.attr)
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return _judge_attribute(node.arg.value)
    if isinstance(node, nodes.Call | nodes.Filter):
        return _judge_call(node)
    return None


def _judge_power(node: nodes.Pow) -> str | None:
    exponent = _number(node.right)
    if exponent is None or abs(exponent) > 16 or any(True for _ in node.left.find_all(nodes.Pow)):
        return "a power whose exponent is not a small number"
    base = _number(node.left)
    return None if base is None or abs(base) <= _LARGEST_NUMBER else "a power of a very large number"


def _judge_product(node: nodes.Mul) -> str | None:
    for text, times in ((node.left, node.right), (node.right, node.left)):
        number = _number(times)
        is_text = isinstance(text, nodes.List | nodes.Tuple) or (
            isinstance(text, nodes.Const) and isinstance(text.value, str)
        )
        if is_text and (
            isinstance(times, nodes.Pow | nodes.Mul) or (number is not None and number > _LARGEST_ARGUMENT)
        ):
            return "a text or list repeated a very large number of times"
    return None


def _judge_attribute(name: Any) -> str | None:
    return f"{name!r} is not allowed in a template" if isinstance(name, str) and name.startswith("__") else None


def _judge_call(node: nodes.Call | nodes.Filter) -> str | None:
    arguments = [*(node.args or ()), *(keyword.value for keyword in node.kwargs or ())]
    if any((_number(argument) or 0) > _LARGEST_ARGUMENT * 10 for argument in arguments):
        return "a very large number as an argument"
    if isinstance(node, nodes.Filter):
        if node.name == "attr" and arguments and isinstance(arguments[0], nodes.Const):
            return _judge_attribute(arguments[0].value)
        source = node.node
    else:
        source = node.node.node if isinstance(node.node, nodes.Getattr) else None
    if isinstance(source, nodes.Const) and has_wide_field(source.value):
        return "the format has a very wide field"
    return None


def _in_loops(node: nodes.Node, depth: int, iterations: int) -> Iterator[tuple[Any, str]]:
    for child in node.iter_child_nodes():
        if not isinstance(child, nodes.For):
            yield from _in_loops(child, depth, iterations)
            continue
        inner = iterations * _range_length(child.iter)
        if depth + 1 > _DEEPEST_LOOP:
            yield child, f"loops nested deeper than {_DEEPEST_LOOP}"
        elif inner > _MOST_ITERATIONS:
            yield child, f"nested loops over ranges with {inner:,} iterations"
        else:
            yield from _in_loops(child, depth + 1, inner)


def _range_length(node: nodes.Node) -> int:
    """Return the number of iterations over a constant range; 1 for anything else."""
    is_range = isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "range"
    if not isinstance(node, nodes.Call) or not is_range:
        return 1
    numbers = [_number(argument) for argument in node.args]
    if not 1 <= len(numbers) <= 3 or any(not isinstance(number, int) for number in numbers) or 0 in numbers[2:]:
        return 1
    return max(1, len(range(*(int(number) for number in numbers if number is not None))))


def _number(node: Any) -> int | float | None:
    if isinstance(node, nodes.Neg):
        inner = _number(node.node)
        return None if inner is None else -inner
    if isinstance(node, nodes.Const) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.value
    return None


def has_wide_field(value: Any) -> bool:
    """Return whether a text that can be a format contains a number that makes a very wide field."""
    if not isinstance(value, str) or ("%" not in value and "{" not in value):
        return False
    digits = 0
    for character in value:
        digits = digits + 1 if character.isdigit() else 0
        if digits > _WIDEST_FIELD_DIGITS:
            return True
    return False
