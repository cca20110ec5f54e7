"""The names that a template reads from outside, by Jinja2's scoping rules.

Where Jinja2 decides only at rendering (a name set in one branch of an ``if``, a macro that uses a name that is set
later), the name counts as set; ``maybes`` are the uses that are undefined in one of the branches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from jinja2 import nodes
from jinja2.visitor import NodeVisitor

from basalt_cli.format.template.guards import find_proven, takes_undefined
from basalt_cli.format.template.lexer import TokenLine
from basalt_cli.format.template.shown import find_shown, is_encoded

_MACRO_NAMES = frozenset(("caller", "varargs", "kwargs"))
_BLOCK_NAMES = frozenset(("self", "super"))
_NOTHING: frozenset[str] = frozenset()


class NameUse(NamedTuple):
    """A name that the template reads and does not set.

    ``offset`` counts characters from 0; ``block`` is the innermost block around it, which a child can replace;
    ``is_guarded``: an undefined value is no error there.
    """

    name: str
    offset: int
    block: str | None = None
    is_called: bool = False
    is_guarded: bool = False


class Binding(NamedTuple):
    """A name that the template sets; ``refines``: its new value is made from its old one."""

    name: str
    offset: int
    refines: bool


class Shown(NamedTuple):
    """An expression that writes values into the text: the outer names of the values, and its offset."""

    names: frozenset[str]
    offset: int
    is_encoded: bool


class IncludeSite(NamedTuple):
    """An include, with the names that are set there or proven to be defined, and the origins of local names."""

    node: Any
    bound: frozenset[str]
    proven: frozenset[str]
    origins: dict[str, frozenset[str]]


class ScopeWalk(NodeVisitor):
    """A walk over a parsed template that collects the names that it reads from outside, and its includes."""

    def __init__(self) -> None:
        self.uses: list[NameUse] = []
        self.maybes: list[NameUse] = []
        self.bindings: list[Binding] = []
        self.shown: list[Shown] = []
        self.tested: set[str] = set()
        self.includes: list[IncludeSite] = []
        self._scopes: list[set[str]] = [set(_BLOCK_NAMES), set()]
        self._later: set[str] = set()
        self._block: str | None = None
        # Names that are defined here, the conditions that hold here, and the conditions under which each name was set.
        self._sure: set[str] = set()
        self._conditions: list[nodes.Node] = []
        self._set_under: dict[str, list[list[nodes.Node]]] = {}
        self._origins: dict[str, frozenset[str]] = {}
        self._called: Any = None
        self._in_macro = False

    def visit_template(self, tree: nodes.Template) -> None:
        """Walk the whole template."""
        self._later = set(_names_set_at_top(tree.body))
        for node in tree.body:
            self.visit(node)

    def visit_Name(self, node: nodes.Name) -> None:
        if node.ctx != "load":
            self._bind(node.name)
        else:
            self._use(node, node is self._called, node.name in self._sure)

    def visit_NSRef(self, node: nodes.NSRef) -> None:
        self._use(node, False, node.name in self._sure)

    def visit_Call(self, node: nodes.Call) -> None:
        self._called = node.node
        self.generic_visit(node)

    def visit_Filter(self, node: nodes.Filter) -> None:
        self._visit_subject(node)

    def visit_Test(self, node: nodes.Test) -> None:
        self._visit_subject(node)

    def visit_And(self, node: nodes.And) -> None:
        self.visit(node.left)
        self._visit_proven(find_proven(node.left, holds=True), [node.right])

    def visit_Or(self, node: nodes.Or) -> None:
        self.visit(node.left)
        self._visit_proven(find_proven(node.left, holds=False), [node.right])

    def visit_CondExpr(self, node: nodes.CondExpr) -> None:
        self._note_tested(node.test)
        self.visit(node.test)
        self._conditions.append(node.test)
        self._visit_proven(find_proven(node.test, holds=True), [node.expr1])
        self._conditions.pop()
        if node.expr2 is not None:
            self._visit_proven(find_proven(node.test, holds=False), [node.expr2])

    def visit_Output(self, node: nodes.Output) -> None:
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                continue
            names = self._resolve(find_shown(child))
            if names:
                self.shown.append(Shown(names, _offset(child), is_encoded(child)))
            self.visit(child)

    def visit_If(self, node: nodes.If) -> None:
        """Visit the branches; names that all of them set or prove are defined after them."""
        entered = set(self._sure)
        ends = []
        for branch in (node, *node.elif_):
            self._note_tested(branch.test)
            self.visit(branch.test)
            failed = set(self._sure)
            ends.append(self._visit_branch(find_proven(branch.test, holds=True), branch.test, branch.body))
            self._sure = failed | find_proven(branch.test, holds=False)
        ends.append(self._visit_branch(_NOTHING, nodes.Not(node.test), node.else_))
        self._sure = entered | set.intersection(*ends)

    def _visit_branch(self, proven: frozenset[str], test: nodes.Node, body: Iterable[nodes.Node]) -> set[str]:
        self._sure |= proven
        self._conditions.append(test)
        for child in body:
            self.visit(child)
        self._conditions.pop()
        return self._sure

    def visit_Assign(self, node: nodes.Assign) -> None:
        self.visit(node.node)
        self._visit_target(node.target, node.node, node.node)

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> None:
        if node.filter is not None:
            self.visit(node.filter)
        self._visit_inside((), node.body)
        self._visit_target(node.target, None, nodes.List(list(node.body)))

    def visit_For(self, node: nodes.For) -> None:
        self._note_tested(node.iter)
        self.visit(node.iter)
        self._visit_inside((), node.else_)
        with self._inside({"loop"}):
            self._visit_target(node.target, node.iter, None)
            if node.test is not None:
                self.visit(node.test)
                self._sure |= find_proven(node.test, holds=True)
            for child in node.body:
                self.visit(child)

    def visit_With(self, node: nodes.With) -> None:
        for value in node.values:
            self.visit(value)
        with self._inside(()):
            for target, value in zip(node.targets, node.values, strict=True):
                self._visit_target(target, value, value)
            for child in node.body:
                self.visit(child)

    def visit_Macro(self, node: nodes.Macro) -> None:
        self._bind(node.name)
        self._visit_callable(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> None:
        self.visit(node.call)
        self._visit_callable(node)

    def visit_FilterBlock(self, node: nodes.FilterBlock) -> None:
        self.visit(node.filter)
        self._visit_inside((), node.body)

    def visit_Block(self, node: nodes.Block) -> None:
        """Visit a block: it sees the top level, and the scopes around it only where it is ``scoped``."""
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
        self._bind(node.target)

    def visit_FromImport(self, node: nodes.FromImport) -> None:
        self._visit_source(node)
        for name in node.names:
            self._bind(name if isinstance(name, str) else name[1])

    def _note_tested(self, node: nodes.Node) -> None:
        """Record the outer names that a condition or loop depends on."""
        names = {name.name for name in node.find_all(nodes.Name)}
        self.tested |= self._resolve(names | {node.name} if isinstance(node, nodes.Name) else names)

    def _visit_subject(self, node: Any) -> None:
        """Visit a filter or test; one that accepts undefined values guards its own operand."""
        if isinstance(node.node, nodes.Name) and takes_undefined(node):
            self._use(node.node, False, True)
        elif node.node is not None:
            self.visit(node.node)
        for child in node.iter_child_nodes(exclude=("node",)):
            self.visit(child)

    def _visit_proven(self, proven: frozenset[str], body: Iterable[nodes.Node]) -> None:
        before = set(self._sure)
        self._sure |= proven
        for child in body:
            self.visit(child)
        self._sure = before

    def _visit_target(self, target: nodes.Node, source: nodes.Node | None, refined: nodes.Node | None) -> None:
        """Bind the names of a target; ``source`` gives their values, and ``refined`` can read their old values."""
        is_plain = source is not None and not is_encoded(source)
        origins = self._resolve(find_shown(source)) if source is not None and is_plain else _NOTHING
        read = {name.name for name in refined.find_all(nodes.Name)} if refined is not None else _NOTHING
        if isinstance(refined, nodes.Name):
            read = {refined.name}
        for node in [target, *target.find_all(nodes.Name)]:
            if isinstance(node, nodes.Name):
                is_default = any(node.name in _tested_names(condition) for condition in self._conditions)
                self.bindings.append(Binding(node.name, _offset(node), node.name in read or is_default))
                self._origins[node.name] = origins
        self.visit(target)

    def _visit_source(self, node: Any, more: Iterable[str] = ()) -> None:
        self.visit(node.template)
        bound = _NOTHING.union(*self._scopes[1:], more)
        self.includes.append(IncludeSite(node, bound, frozenset(self._sure - bound), dict(self._origins)))

    def _visit_callable(self, node: nodes.Macro | nodes.CallBlock) -> None:
        """Visit arguments and body; a default value sees the arguments before it."""
        conditions, self._conditions = self._conditions, []
        outer, self._in_macro = self._in_macro, isinstance(node, nodes.Macro) or self._in_macro
        with self._inside(_MACRO_NAMES | self._later):
            defaults = dict(zip(reversed(node.args), reversed(node.defaults), strict=False))
            for argument in node.args:
                if argument in defaults:
                    self.visit(defaults[argument])
                self.bindings.append(Binding(argument.name, _offset(argument), True))
                self._origins[argument.name] = _NOTHING
                self._bind(argument.name)
            for child in node.body:
                self.visit(child)
        self._conditions, self._in_macro = conditions, outer

    def _visit_inside(self, names: Iterable[str], body: Iterable[nodes.Node]) -> None:
        with self._inside(names):
            for child in body:
                self.visit(child)

    @contextmanager
    def _inside(self, names: Iterable[str]) -> Iterator[None]:
        """Open a scope with these names; names that are set inside end with it."""
        sure, origins = set(self._sure), dict(self._origins)
        self._scopes.append(set(names))
        self._sure |= self._scopes[-1]
        yield
        self._scopes.pop()
        self._sure, self._origins = sure, origins

    def _bind(self, name: str) -> None:
        self._scopes[-1].add(name)
        self._sure.add(name)
        if self._conditions:
            self._set_under.setdefault(name, []).append(list(self._conditions))

    def _use(self, node: Any, is_called: bool, is_guarded: bool) -> None:
        # Whether the names in a macro are defined depends on where it is called.
        use = NameUse(node.name, _offset(node), self._block, is_called, is_guarded or self._in_macro)
        if not any(node.name in scope for scope in self._scopes):
            self.uses.append(use)
        elif not is_guarded and node.name in self._set_under and not self._is_set_here(node.name):
            self.maybes.append(use)

    def _is_set_here(self, name: str) -> bool:
        """Return whether the conditions under which the name was set also hold here."""
        return any(all(test in self._conditions for test in tests) for tests in self._set_under[name])

    def _resolve(self, names: Iterable[str]) -> frozenset[str]:
        """Return outer names: names that the template sets are replaced by the outer names of their values."""
        found: set[str] = set()
        for name in names:
            if name in self._origins:
                found |= self._origins[name]
            elif not any(name in scope for scope in self._scopes):
                found.add(name)
        return frozenset(found)


def _offset(node: Any) -> int:
    return node.lineno.offset if isinstance(node.lineno, TokenLine) else 0


def _tested_names(condition: nodes.Node) -> frozenset[str]:
    """Return the names in a condition: setting one of them under it gives a default value."""
    names = {node.name for node in condition.find_all(nodes.Name)}
    return frozenset(names | {condition.name} if isinstance(condition, nodes.Name) else names)


def _names_set_at_top(body: Iterable[nodes.Node]) -> Iterator[str]:
    """Yield the names that statements at the top level set, in branches of ``if`` too."""
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
