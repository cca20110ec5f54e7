"""Look through a template without compiling it: its includes, the names it needs, and what is wrong with it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.exceptions import TemplateSyntaxError

from basalt_cli.model.prompt import Whitespace
from basalt_cli.pure.template.environment import PromptEnvironment, build_environment
from basalt_cli.pure.template.lexer import Place
from basalt_cli.pure.template.limits import find_oversized
from basalt_cli.pure.template.scopes import NameUse, ScopeWalk
from basalt_cli.pure.words import did_you_mean

# No file system takes longer paths.
_LONGEST_PATH = 1000
_DEFAULT_WHITESPACE = Whitespace()
GLOBAL_NAMES = frozenset(DEFAULT_NAMESPACE)


class TemplateProblem(NamedTuple):
    """Something wrong with a template; ``rule`` names the lint rule, ``offset`` counts characters from 0."""

    rule: str
    message: str
    offset: int
    length: int
    help: str | None = None


class Include(NamedTuple):
    """A template that this one pulls in.

    ``names`` are tried in order, ``optional`` allows that none exists. ``bound`` are the names that the includer has
    set at that place; ``sees_context`` says whether the included text sees the variables at all.
    """

    names: tuple[str, ...]
    optional: bool
    extends: bool
    sees_context: bool
    bound: frozenset[str]
    offset: int
    length: int


class TemplateFacts(NamedTuple):
    """What a template needs from outside: names, in reading order with repeats, and includes.

    ``uses`` hold Jinja2's own functions too (``GLOBAL_NAMES``), since a variable of such a name hides them.
    ``replaced`` are the blocks that it replaces when it extends another.
    """

    uses: tuple[NameUse, ...]
    includes: tuple[Include, ...]
    problems: tuple[TemplateProblem, ...]
    replaced: frozenset[str] = frozenset()


@lru_cache(maxsize=2048)
def analyse(text: str, whitespace: Whitespace = _DEFAULT_WHITESPACE) -> TemplateFacts:
    """Parse a template and collect its facts; with a syntax error there is that problem and nothing else."""
    environment = _environment(whitespace)
    try:
        tree = environment.parse(text)
        walk = ScopeWalk()
        walk.visit_template(tree)
        problems = [*_unknown_calls(tree, environment), *_bad_includes(walk), *_oversized(tree)]
    except TemplateSyntaxError as error:
        offset, length = _place(error.lineno)
        message = (error.message or "not a template").rstrip(".")
        return TemplateFacts(
            (), (), (TemplateProblem("template-syntax", message, offset, length, _syntax_help(message)),)
        )
    except (RecursionError, MemoryError, IndentationError):
        message = "the template is nested too deeply to be read"
        return TemplateFacts((), (), (TemplateProblem("template-syntax", message, 0, 1, "Flatten it."),))
    ordered = tuple(sorted(problems, key=lambda problem: problem.offset))
    return TemplateFacts(tuple(walk.uses), tuple(_includes(walk)), ordered, _replaced_blocks(tree))


@lru_cache(maxsize=8)
def _environment(whitespace: Whitespace) -> PromptEnvironment:
    return build_environment(whitespace)


def _replaced_blocks(tree: nodes.Template) -> frozenset[str]:
    """Return the blocks that do not call ``super()``, and so leave nothing of the ones that they replace."""
    calls = {
        id(block) for block in tree.find_all(nodes.Block) for name in block.find_all(nodes.Name) if name.name == "super"
    }
    return frozenset(block.name for block in tree.find_all(nodes.Block) if id(block) not in calls)


def _place(line: int) -> tuple[int, int]:
    return (line.offset, line.length) if isinstance(line, Place) else (0, 1)


def _includes(walk: ScopeWalk) -> list[Include]:
    found = []
    for node, bound in walk.includes:
        names = _constant_names(node.template)
        if names:
            optional = isinstance(node, nodes.Include) and bool(node.ignore_missing)
            sees_context = bool(getattr(node, "with_context", True))
            found.append(
                Include(names, optional, isinstance(node, nodes.Extends), sees_context, bound, *_place(node.lineno))
            )
    return found


def _constant_names(node: Any) -> tuple[str, ...]:
    """Return the names that an include can mean; empty when they are only known while rendering."""
    if isinstance(node, nodes.Const):
        values = node.value if isinstance(node.value, tuple | list) else [node.value]
    elif isinstance(node, nodes.Tuple | nodes.List):
        values = [item.value if isinstance(item, nodes.Const) else None for item in node.items]
    else:
        return ()
    return tuple(values) if all(isinstance(value, str) for value in values) else ()


def _bad_includes(walk: ScopeWalk) -> list[TemplateProblem]:
    problems = []
    for node, _ in walk.includes:
        names = _constant_names(node.template)
        place = _place(node.lineno)
        if not names:
            help_text = "Write the path of the partial in quotes, so that a version can be told from its files."
            problems.append(TemplateProblem("dynamic-include", "the include does not name a file", *place, help_text))
        problems += [
            TemplateProblem("outside-include", f"{name!r} is not a path inside the prompts folder", *place,
                            "Name a partial by its path from the prompts folder, without .. or a leading /.")
            for name in names if is_outside(name)
        ]  # fmt: skip
    return problems


def is_outside(name: str) -> bool:
    """Say whether the name of an include cannot be a path below the prompts folder."""
    parts = name.split("/")
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return True
    if size > _LONGEST_PATH or not name.isprintable():
        return True
    return not name or name.startswith("/") or "\\" in name or any(p in ("", ".", "..") for p in parts)


def _unknown_calls(tree: nodes.Template, environment: PromptEnvironment) -> list[TemplateProblem]:
    kinds: tuple[tuple[type[Any], str, Any], ...] = (
        (nodes.Filter, "filter", environment.filters),
        (nodes.Test, "test", environment.tests),
    )
    problems = []
    for node_type, kind, known in kinds:
        for node in tree.find_all(node_type):
            if node.name not in known:
                help_text = f"{did_you_mean(node.name, known)}Jinja2's built-in {kind}s are available."
                offset, length = _place(node.lineno)
                problems.append(
                    TemplateProblem(f"unknown-{kind}", f"unknown {kind} {node.name!r}", offset, length, help_text)
                )
    return problems


def _oversized(tree: nodes.Template) -> list[TemplateProblem]:
    help_text = "Prompts are rendered under limits of time, memory and output; give such a value as a variable."
    return [
        TemplateProblem("unsafe-expression", message, *_place(node.lineno), help_text)
        for node, message in find_oversized(tree)
    ]


def _syntax_help(message: str) -> str | None:
    if "Unexpected end of template" in message or "unknown tag" in message:
        return "Close every {% if %}, {% for %}, {% macro %} and {% block %} with its end tag, in order."
    if "unexpected '}'" in message or "unexpected char" in message or "got" in message:
        return "Write text that holds {{ or {% inside {% raw %} ... {% endraw %}."
    return None
