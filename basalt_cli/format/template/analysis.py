"""Analyse a template without compiling it: its includes, the names that it reads, and its problems."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.exceptions import TemplateSyntaxError

from basalt_cli.format.template.compilation import find_uncompilable
from basalt_cli.format.template.environment import PromptEnvironment, build_environment
from basalt_cli.format.template.lexer import TokenLine
from basalt_cli.format.template.limits import find_oversized
from basalt_cli.format.template.scopes import Binding, IncludeSite, NameUse, ScopeWalk, Shown
from basalt_cli.model.prompt import Whitespace
from basalt_cli.text.slug import is_outside
from basalt_cli.text.words import did_you_mean

_DEFAULT_WHITESPACE = Whitespace()
GLOBAL_NAMES = frozenset(DEFAULT_NAMESPACE)


class TemplateProblem(NamedTuple):
    """A problem of a template; ``rule`` is the name of the lint rule, ``offset`` counts characters from 0."""

    rule: str
    message: str
    offset: int
    length: int
    help: str | None = None


class Include(NamedTuple):
    """An include, import or extends, and the file that it names.

    ``names`` are tried in order; with ``optional`` none of them needs to exist. ``bound`` are the names that the
    including template has set there, ``proven`` those that its conditions prove to be defined, ``origins`` the outer
    names from which its own names get their values. ``sees_context``: the included text sees the variables.
    """

    names: tuple[str, ...]
    optional: bool
    extends: bool
    sees_context: bool
    bound: frozenset[str]
    offset: int
    length: int
    proven: frozenset[str] = frozenset()
    origins: tuple[tuple[str, frozenset[str]], ...] = ()


class TemplateFacts(NamedTuple):
    """The names that a template reads from outside, its includes, and its problems.

    ``uses`` are in reading order with repeats, and include Jinja2's own functions (``GLOBAL_NAMES``), because a
    variable of such a name hides them. ``replaced``: blocks of a parent template that this one replaces. ``maybes``:
    uses of a name that only one branch sets. ``bindings``: names that it sets. ``shown``: expressions that write outer
    names. ``tested``: outer names that its conditions and loops depend on. ``random``: expressions whose text differs
    at each rendering. ``is_filled``: it writes text of its own for all values. ``written``: variables that it always
    writes unchanged.
    """

    uses: tuple[NameUse, ...] = ()
    includes: tuple[Include, ...] = ()
    problems: tuple[TemplateProblem, ...] = ()
    replaced: frozenset[str] = frozenset()
    maybes: tuple[NameUse, ...] = ()
    bindings: tuple[Binding, ...] = ()
    shown: tuple[Shown, ...] = ()
    tested: frozenset[str] = frozenset()
    random: tuple[TemplateProblem, ...] = ()
    is_filled: bool = False
    written: frozenset[str] = frozenset()


_BLANK, _PLAIN = TemplateFacts(), TemplateFacts(is_filled=True)


def analyse(text: str, whitespace: Whitespace = _DEFAULT_WHITESPACE) -> TemplateFacts:
    """Parse a template and return its facts; after a syntax error they are that problem alone."""
    is_plain = "{{" not in text and "{%" not in text and "{#" not in text
    if is_plain:
        return _PLAIN if text.strip() else _BLANK
    return _analyse(text, whitespace)


@lru_cache(maxsize=2048)
def _analyse(text: str, whitespace: Whitespace) -> TemplateFacts:
    environment = _environment(whitespace)
    try:
        tree = environment.parse(text)
        walk = ScopeWalk()
        walk.visit_template(tree)
        found = list(_descendants(tree))
        problems = [
            *_uncompilable(found),
            *_unknown_calls(text, found, environment),
            *_bad_includes(walk.includes),
            *_oversized(tree, found),
        ]
    except TemplateSyntaxError as error:
        offset, length = _place(error.lineno)
        message = (error.message or "not a template").rstrip(".")
        problem = TemplateProblem("template-syntax", message, offset, length, _syntax_help(message))
        return TemplateFacts(problems=(problem,))
    except (RecursionError, MemoryError, IndentationError):
        message = "the template is nested too deeply"
        return TemplateFacts(problems=(TemplateProblem("template-syntax", message, 0, 1, "Use fewer levels."),))
    return TemplateFacts(
        uses=tuple(walk.uses),
        includes=tuple(_includes(walk.includes)),
        problems=tuple(sorted(problems, key=lambda problem: problem.offset)),
        replaced=_replaced_blocks(found),
        maybes=tuple(walk.maybes),
        bindings=tuple(walk.bindings),
        shown=tuple(walk.shown),
        tested=frozenset(walk.tested),
        random=tuple(_find_random(found)),
        is_filled=any(isinstance(part, nodes.TemplateData) and part.data.strip() for part in _always_written(tree)),
        written=frozenset(part.name for part in _always_written(tree) if isinstance(part, nodes.Name)),
    )


def _always_written(tree: nodes.Template) -> Iterator[nodes.Node]:
    """Yield what the top level writes outside conditions and loops."""
    for node in tree.body:
        if isinstance(node, nodes.Output):
            yield from node.nodes


def _descendants(node: nodes.Node) -> Iterator[nodes.Node]:
    for child in node.iter_child_nodes():
        yield child
        yield from _descendants(child)


@lru_cache(maxsize=8)
def _environment(whitespace: Whitespace) -> PromptEnvironment:
    return build_environment(whitespace)


def _replaced_blocks(found: list[nodes.Node]) -> frozenset[str]:
    """Return the names of the blocks that do not call ``super()``, so that nothing of the parent's block is left."""
    blocks = [node for node in found if isinstance(node, nodes.Block)]
    calls = {id(block) for block in blocks for name in block.find_all(nodes.Name) if name.name == "super"}
    return frozenset(block.name for block in blocks if id(block) not in calls)


def _place(line: int) -> tuple[int, int]:
    return (line.offset, line.length) if isinstance(line, TokenLine) else (0, 1)


def _includes(sites: list[IncludeSite]) -> Iterator[Include]:
    for site in sites:
        node = site.node
        names = _constant_names(node.template)
        if names:
            yield Include(
                names,
                isinstance(node, nodes.Include) and bool(node.ignore_missing),
                isinstance(node, nodes.Extends),
                bool(getattr(node, "with_context", True)),
                site.bound,
                *_place(node.lineno),
                site.proven,
                tuple(site.origins.items()),
            )


def _constant_names(node: Any) -> tuple[str, ...]:
    """Return the names of an include; empty where they are known only at rendering."""
    if isinstance(node, nodes.Const):
        values = node.value if isinstance(node.value, tuple | list) else [node.value]
    elif isinstance(node, nodes.Tuple | nodes.List):
        values = [item.value if isinstance(item, nodes.Const) else None for item in node.items]
    else:
        return ()
    return tuple(values) if all(isinstance(value, str) for value in values) else ()


def _bad_includes(sites: list[IncludeSite]) -> list[TemplateProblem]:
    problems = []
    for site in sites:
        names = _constant_names(site.node.template)
        place = _place(site.node.lineno)
        if not names:
            help_text = (
                "Write the path of the partial in quotes: the files of a version must be known without rendering."
            )
            problems.append(TemplateProblem("dynamic-include", "the include does not name a file", *place, help_text))
        problems += [
            TemplateProblem("outside-include", f"{name!r} is not a path inside the prompts folder", *place,
                            "Name a partial by its path from the prompts folder, without .. or a leading /.")
            for name in names if is_outside(name)
        ]  # fmt: skip
    return problems


def _uncompilable(found: list[nodes.Node]) -> Iterator[TemplateProblem]:
    for node, message in find_uncompilable(found):
        yield TemplateProblem("template-syntax", message, *_place(node.lineno), "Remove or rename one of the two.")


def _unknown_calls(text: str, found: list[nodes.Node], environment: PromptEnvironment) -> Iterator[TemplateProblem]:
    for node in found:
        if isinstance(node, nodes.Filter | nodes.Test):
            kind = "filter" if isinstance(node, nodes.Filter) else "test"
            # The position of a test in Jinja2 is that of its ``is``.
            offset, _ = _place(node.lineno)
            place = max(offset, text.find(node.name, offset)), len(node.name)
            yield from _unknown_name(kind, node.name, place, environment)
            yield from _unknown_argument(node, environment)


def _unknown_argument(node: nodes.Filter | nodes.Test, environment: PromptEnvironment) -> Iterator[TemplateProblem]:
    """Yield the unknown filter or test that is an argument of a filter such as ``map`` and ``selectattr``."""
    index = {"map": 0, "select": 0, "reject": 0, "selectattr": 1, "rejectattr": 1}.get(node.name)
    argument = node.args[index] if index is not None and len(node.args or ()) > index else None
    if not isinstance(node, nodes.Filter) or not isinstance(argument, nodes.Const):
        return
    if isinstance(argument.value, str):
        kind = "filter" if node.name == "map" else "test"
        yield from _unknown_name(kind, argument.value, _place(argument.lineno), environment)


def _unknown_name(
    kind: str, name: str, place: tuple[int, int], environment: PromptEnvironment
) -> Iterator[TemplateProblem]:
    known: Any = environment.filters if kind == "filter" else environment.tests
    if name not in known:
        help_text = f"{did_you_mean(name, known)}Jinja2's built-in {kind}s are available."
        yield TemplateProblem(f"unknown-{kind}", f"unknown {kind} {name!r}", *place, help_text)


def _oversized(tree: nodes.Template, found: list[nodes.Node]) -> list[TemplateProblem]:
    return [
        TemplateProblem("unsafe-expression", message, *_place(node.lineno), _size_help(message))
        for node, message in find_oversized(tree, found)
    ]


def _size_help(message: str) -> str:
    if "not allowed" in message:
        return "Use the values of variables only: texts, numbers, lists and mappings."
    if "loops" in message:
        return "Prepare the list in the application, and pass it as a variable."
    return "Rendering has limits of time, memory and output; pass such a value as a variable."


def _find_random(found: list[nodes.Node]) -> Iterator[TemplateProblem]:
    help_text = "Choose in the application, and pass the choice as a variable."
    for node in found:
        if isinstance(node, nodes.Filter) and node.name == "random":
            message = "the filter 'random' returns a different value at each rendering"
            yield TemplateProblem("nondeterministic", message, *_place(node.lineno), help_text)
        elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "lipsum":
            message = "'lipsum' returns a different text at each rendering"
            yield TemplateProblem("nondeterministic", message, *_place(node.node.lineno), help_text)


def _syntax_help(message: str) -> str | None:
    if "unknown tag" in message and "end" not in message.partition("unknown tag")[2].partition(".")[0]:
        return "Tags are if, for, set, include, import, from, extends, block, macro, call, filter, with and raw."
    if "Unexpected end of template" in message or "unknown tag" in message:
        return "Close every {% if %}, {% for %}, {% macro %} and {% block %} with its end tag, in order."
    if "unexpected '}'" in message or "unexpected char" in message or "got" in message:
        return "Write text that contains {{ or {% inside {% raw %} ... {% endraw %}."
    return None
