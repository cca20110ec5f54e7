"""Which names of a template come from outside, by Jinja2's scoping rules.

Where Jinja2 decides only while rendering (a name set in one branch of an ``if``, a macro that uses a name set further
down), the name counts as set: the linter raises no alarm that a rendering would not confirm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from jinja2 import nodes
from jinja2.visitor import NodeVisitor

from basalt_cli.pure.template.lexer import Place

_MACRO_NAMES = frozenset(("caller", "varargs", "kwargs"))
_BLOCK_NAMES = frozenset(("self", "super"))


class NameUse(NamedTuple):
    """A name that is read and not set by the template itself.

    ``offset`` counts characters from 0; ``block`` is the innermost block around it, which a child may replace.
    """

    name: str
    offset: int
    block: str | None = None


class ScopeWalk(NodeVisitor):
    """Walk a parsed template and collect the names that it reads from outside, and its includes."""

    def __init__(self) -> None:
        self.uses: list[NameUse] = []
        self.includes: list[tuple[Any, frozenset[str]]] = []
        self._scopes: list[set[str]] = [set(_BLOCK_NAMES), set()]
        self._later: set[str] = set()
        self._block: str | None = None

    def visit_template(self, tree: nodes.Template) -> None:
        """Walk the whole template."""
        self._later = set(_names_set_at_top(tree.body))
        for node in tree.body:
            self.visit(node)

    def visit_Name(self, node: nodes.Name) -> None:
        if node.ctx != "load":
            self._scopes[-1].add(node.name)
        elif not self._is_bound(node.name):
            offset = node.lineno.offset if isinstance(node.lineno, Place) else 0
            self.uses.append(NameUse(node.name, offset, self._block))

    def visit_NSRef(self, node: nodes.NSRef) -> None:
        if not self._is_bound(node.name):
            offset = node.lineno.offset if isinstance(node.lineno, Place) else 0
            self.uses.append(NameUse(node.name, offset, self._block))

    def visit_Assign(self, node: nodes.Assign) -> None:
        self.visit(node.node)
        self.visit(node.target)

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> None:
        if node.filter is not None:
            self.visit(node.filter)
        self._visit_inside((), node.body)
        self.visit(node.target)

    def visit_For(self, node: nodes.For) -> None:
        self.visit(node.iter)
        self._visit_inside((), node.else_)
        self._scopes.append({"loop"})
        self.visit(node.target)
        if node.test is not None:
            self.visit(node.test)
        for child in node.body:
            self.visit(child)
        self._scopes.pop()

    def visit_With(self, node: nodes.With) -> None:
        for value in node.values:
            self.visit(value)
        self._scopes.append(set())
        for target in node.targets:
            self.visit(target)
        for child in node.body:
            self.visit(child)
        self._scopes.pop()

    def visit_Macro(self, node: nodes.Macro) -> None:
        self._scopes[-1].add(node.name)
        self._visit_callable(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> None:
        self.visit(node.call)
        self._visit_callable(node)

    def visit_FilterBlock(self, node: nodes.FilterBlock) -> None:
        self.visit(node.filter)
        self._visit_inside((), node.body)

    def visit_Block(self, node: nodes.Block) -> None:
        """Visit a block: it sees the top level, and what surrounds it only when it says ``scoped``."""
        outer, block = self._scopes, self._block
        self._block = node.name
        self._scopes = [*outer] if node.scoped else [outer[0], set()]
        self._visit_inside(self._later, node.body)
        self._scopes, self._block = outer, block

    def visit_Include(self, node: nodes.Include) -> None:
        self._visit_source(node)

    def visit_Extends(self, node: nodes.Extends) -> None:
        self._visit_source(node, self._later)

    def visit_Import(self, node: nodes.Import) -> None:
        self._visit_source(node)
        self._scopes[-1].add(node.target)

    def visit_FromImport(self, node: nodes.FromImport) -> None:
        self._visit_source(node)
        self._scopes[-1].update(name if isinstance(name, str) else name[1] for name in node.names)

    def _visit_source(self, node: Any, more: Iterable[str] = ()) -> None:
        self.visit(node.template)
        self.includes.append((node, frozenset().union(*self._scopes[1:], more)))

    def _visit_callable(self, node: nodes.Macro | nodes.CallBlock) -> None:
        """Visit arguments and body; a default sees the arguments before its own."""
        self._scopes.append(set(_MACRO_NAMES | self._later))
        defaults = dict(zip(reversed(node.args), reversed(node.defaults), strict=False))
        for argument in node.args:
            if argument in defaults:
                self.visit(defaults[argument])
            self._scopes[-1].add(argument.name)
        for child in node.body:
            self.visit(child)
        self._scopes.pop()

    def _visit_inside(self, names: Iterable[str], body: Iterable[nodes.Node]) -> None:
        self._scopes.append(set(names))
        for child in body:
            self.visit(child)
        self._scopes.pop()

    def _is_bound(self, name: str) -> bool:
        return any(name in scope for scope in self._scopes)


def _names_set_at_top(body: Iterable[nodes.Node]) -> Iterator[str]:
    """Yield the names that statements at the top level set, also inside its branches."""
    for node in body:
        if isinstance(node, nodes.Assign | nodes.AssignBlock):
            yield from (name.name for name in node.find_all(nodes.Name) if name.ctx == "store")
        elif isinstance(node, nodes.Macro):
            yield node.name
        elif isinstance(node, nodes.Import):
            yield node.target
        elif isinstance(node, nodes.FromImport):
            yield from (name if isinstance(name, str) else name[1] for name in node.names)
        elif isinstance(node, nodes.If):
            yield from _names_set_at_top([*node.body, *node.elif_, *node.else_])
