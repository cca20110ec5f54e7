"""The contract of a rule, and the subjects that rules check.

A rule is a module in ``rules/`` with ``ID``, ``NAME``, ``SEVERITY``, a docstring that is its published documentation,
and either ``check(subject)`` for one file or ``check_repository(subject)`` for the whole project.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf
from typing import NamedTuple, Protocol, TypeAlias

from basalt_cli.format.template import TemplateFacts
from basalt_cli.format.yaml.positions import line_and_column, locate
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, TemplateText
from basalt_cli.model.source import FILE_START, Fix, Mapping, Node, Problem, Scalar, Sequence, Span
from basalt_cli.model.status import Flaw
from basalt_cli.text.clean import is_joiner_in_place
from basalt_cli.text.slug import is_partial_path

RenderCase: TypeAlias = Callable[
    [Prompt, MappingOf[str, str], dict[str, Json], tuple[TemplateText, ...]], dict[str, str] | None
]
"""Returns templates of a prompt rendered with its partials and values, by key; None if rendering fails."""


class ValueChecker(Protocol):
    """Checks values by their schemas."""

    def find_problem(self, schema: dict[str, Json], value: Json) -> str | None:
        """Return why a value does not fit, as a clause that follows the name of the value; None if it fits."""


class Template(NamedTuple):
    """A template with its facts; ``owner`` is its place in a prompt's file, None for a partial."""

    text: str
    facts: TemplateFacts
    owner: TemplateText | None


class Subject(NamedTuple):
    """One file to check.

    ``path`` is below the prompts folder, ``text`` the file as read, ``root`` its YAML, None for a partial. ``prompt``
    is None for a partial, or if the file has no valid prompt; ``problems`` are those of the parsers. ``partials`` are
    the texts of all partials that the file includes, by path. ``is_link`` returns whether a path is a link; ``values``
    and ``render_case`` check values and render templates within limits of time and memory.
    """

    path: str
    text: str
    root: Node | None
    prompt: Prompt | None
    problems: tuple[Problem, ...]
    templates: tuple[Template, ...]
    partials: dict[str, str]
    is_link: Callable[[str], bool]
    values: ValueChecker
    render_case: RenderCase

    def entries(self, *keys: str) -> tuple[tuple[Scalar, Node], ...]:
        """Return the entries of the mapping at a path of keys; empty if there is no such mapping."""
        node = self.root
        for key in keys:
            node = node.find(key) if isinstance(node, Mapping) else None
        return self.entries_of(node)

    def entries_of(self, node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
        """Return the entries of a node; empty if it is not a mapping."""
        return node.entries if isinstance(node, Mapping) else ()

    def items(self, key: str) -> tuple[Node, ...]:
        """Return the items of the list at a key; empty if there is no such list."""
        node = self.root.find(key) if isinstance(self.root, Mapping) else None
        return node.items if isinstance(node, Sequence) else ()

    def scalars(self) -> Iterator[Scalar]:
        """Yield all keys and values of the file that are scalars, in file order."""
        if self.root is not None:
            yield from scalars_of(self.root)

    @property
    def first_key_span(self) -> Span:
        """The place of the file's first key."""
        return self.root.entries[0][0].span if isinstance(self.root, Mapping) and self.root.entries else FILE_START

    def span_of(self, index: int) -> Span:
        """Return the place of the character at an index of the file."""
        line, column = line_and_column(self.text, index)
        return Span(line, column, line, column + 1)

    def span(self, template: Template, offset: int, length: int = 1) -> Span:
        """Return the place in the file of ``length`` characters at an offset of one of its templates."""
        return span_in_file(self.text, template.owner, offset, length)


def scalars_of(node: Node) -> Iterator[Scalar]:
    """Yield all keys and values of a node that are scalars, in file order."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars_of(item)
    else:
        for key, value in node.entries:
            yield key
            yield from scalars_of(value)


def span_in_file(text: str, owner: TemplateText | None, offset: int, length: int) -> Span:
    """Return the place of a part of a template in its file; without an ``owner``, the template is the whole file."""
    if owner is not None:
        return locate(text, owner.scalar, offset, length)
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return Span(line, column, line, column + max(1, length))


class Mark(NamedTuple):
    """What a rule reports: the place, what is wrong there, what to do, and a fix.

    ``path`` is set by rules about the whole project: the file, below the prompts folder; None for deployments.yaml.
    """

    span: Span
    message: str
    help: str | None = None
    fix: Fix | None = None
    path: str | None = None


class FileFacts(NamedTuple):
    """What the rules about the whole project need to know of one file.

    ``is_readable`` means that the file has no parser problem. ``sent`` is a hash of all that the prompt sends, empty
    for a partial or an unreadable file; ``reached`` are the existing partials that the file includes, directly or not;
    ``suppressed`` are the names in comments that suppress rules for the whole file.
    """

    path: str
    is_prompt: bool
    is_readable: bool
    sent: str
    reached: tuple[str, ...]
    suppressed: tuple[str, ...] = ()


class RepositorySubject(NamedTuple):
    """The whole project: its linted files, all paths below the prompts folder, and the YAML of deployments.yaml.

    ``environments`` are those that basalt.yaml declares, ``flaws`` those of the pointers in deployments.yaml.
    """

    files: tuple[FileFacts, ...]
    paths: tuple[str, ...]
    environments: tuple[str, ...]
    deployments: Node | None
    flaws: tuple[Flaw, ...] = ()

    @property
    def partial_paths(self) -> tuple[str, ...]:
        """The paths of all files that can be partials."""
        return tuple(path for path in self.paths if is_partial_path(path))

    @property
    def pointers(self) -> Iterator[tuple[Scalar, tuple[Scalar, ...]]]:
        """The environments in deployments.yaml, each with the slugs of its pointers."""
        root = self.deployments
        environments = root.find("environments") if isinstance(root, Mapping) else None
        for name, pointers in environments.entries if isinstance(environments, Mapping) else ():
            yield name, tuple(slug for slug, _ in pointers.entries) if isinstance(pointers, Mapping) else ()


class RuleText(Protocol):
    """What the module of every rule has."""

    @property
    def ID(self) -> str:  # noqa: N802 - the constant of a module
        """The code, such as ``T302``: the letter of its family and a number."""

    @property
    def NAME(self) -> str:  # noqa: N802
        """The name, such as ``undeclared-variable``."""

    @property
    def SEVERITY(self) -> str:  # noqa: N802
        """The severity by default: ``error``, ``warning`` or ``info``."""


class FileRule(RuleText, Protocol):
    """A rule about one file and the partials that it includes."""

    @property
    def check(self) -> Callable[[Subject], Iterator[Mark]]:
        """Yield a mark for each violation."""


class RepositoryRule(RuleText, Protocol):
    """A rule about the whole project."""

    @property
    def check_repository(self) -> Callable[[RepositorySubject], Iterator[Mark]]:
        """Yield a mark for each violation."""


def reported(name: str) -> Callable[[Subject], Iterator[Mark]]:
    """Return the check of a rule whose violations the parsers find: it yields their problems with that name."""

    def check(subject: Subject) -> Iterator[Mark]:
        for problem in subject.problems:
            if problem.rule == name:
                yield Mark(problem.span, problem.message, problem.help, problem.fix)

    return check


def characters(pattern: re.Pattern[str], problem: str, help_text: str) -> Callable[[Subject], Iterator[Mark]]:
    """Return the check of a rule about single characters of a file; joiners that a script needs are allowed."""

    def check(subject: Subject) -> Iterator[Mark]:
        for match in pattern.finditer(subject.text):
            if not is_joiner_in_place(match):
                yield Mark(subject.span_of(match.start()), f"U+{ord(match.group()):04X} {problem}", help_text)

    return check
