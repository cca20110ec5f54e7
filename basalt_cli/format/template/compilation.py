"""Find templates that parse but do not compile: names that occur twice where Python or Jinja2 allows one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from jinja2 import nodes


def find_uncompilable(found: Iterable[nodes.Node]) -> Iterator[tuple[Any, str]]:
    """Yield each invalid node with a message; ``found`` are all nodes of a template."""
    blocks: set[str] = set()
    parents = 0
    for node in found:
        message = _judge_names(node)
        if message is not None:
            yield node, message
        if isinstance(node, nodes.Block):
            if node.name in blocks:
                yield node, f"the block {node.name!r} is defined twice"
            blocks.add(node.name)
        elif isinstance(node, nodes.Extends):
            parents += 1
            if parents > 1:
                yield node, "a template can extend only one other template"


def _judge_names(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Call | nodes.Filter | nodes.Test):
        name = _find_twice(str(keyword.key) for keyword in node.kwargs or () if isinstance(keyword, nodes.Keyword))
        return f"the argument {name!r} is given twice" if name is not None else None
    if isinstance(node, nodes.Macro | nodes.CallBlock):
        name = _find_twice(argument.name for argument in node.args)
        return f"the argument {name!r} is declared twice" if name is not None else None
    if isinstance(node, nodes.For) and _sets_loop(node.target):
        return "a loop variable cannot be named 'loop', which Jinja2 sets in every loop"
    return None


def _find_twice(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _sets_loop(target: nodes.Node) -> bool:
    names = [target, *target.find_all(nodes.Name)]
    return any(isinstance(name, nodes.Name) and name.name == "loop" for name in names)
