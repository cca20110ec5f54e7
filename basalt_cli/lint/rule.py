"""What a rule is, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf
from typing import NamedTuple, Protocol, TypeAlias

from basalt_cli.format.template import TemplateFacts
from basalt_cli.format.yaml.positions import line_and_column, locate
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, TemplateText
from basalt_cli.model.source import FILE_START, Fix, Mapping, Node, Problem, Scalar, Sequence, Span
from basalt_cli.model.status import Flaw
from basalt_cli.text.slug import is_partial_path

RenderCase: TypeAlias = Callable[
    [Prompt, MappingOf[str, str], dict[str, Json], tuple[TemplateText, ...]], dict[str, str] | None
]
"""Renders templates of a prompt with its partials and variables; None where values do not fit or a limit is hit."""


class ValueChecker(Protocol):
    """Checks values against schemas."""

    def find_problem(self, schema: dict[str, Json], value: Json) -> str | None:
        """Return why a value does not fit, as a clause to follow its name; None where it fits."""


class Template(NamedTuple):
    """A text with its facts; ``owner`` is the scalar it stands in, or None for a partial, whose text is the file."""

    text: str
    facts: TemplateFacts
    owner: TemplateText | None


class Subject(NamedTuple):
    """One file under lint.

    ``path`` is below the prompts folder, ``text`` the file as read, ``root`` its YAML, ``prompt`` None for a partial or
    an unreadable file, ``problems`` what parsing found, ``partials`` the texts that includes can mean, and ``is_link``
    says of a path whether it is a link; ``values`` checks values under limits that hold for the whole file, and
    ``render_case`` renders some of the templates under limits, None where that fails.
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
        """Return the entries of the mapping under a path of keys; none where there is no such mapping."""
        node = self.root
        for key in keys:
            node = node.find(key) if isinstance(node, Mapping) else None
        return self.entries_of(node)

    def entries_of(self, node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
        """Return the entries of a node that is a mapping."""
        return node.entries if isinstance(node, Mapping) else ()

    def items(self, key: str) -> tuple[Node, ...]:
        """Return the items of the list under a key."""
        node = self.root.find(key) if isinstance(self.root, Mapping) else None
        return node.items if isinstance(node, Sequence) else ()

    def scalars(self) -> Iterator[Scalar]:
        """Yield all keys and values of the file that are scalars, in file order."""
        if self.root is not None:
            yield from scalars_of(self.root)

    @property
    def first_key_span(self) -> Span:
        """Return the place of the file's first key."""
        return self.root.entries[0][0].span if isinstance(self.root, Mapping) and self.root.entries else FILE_START

    def span_of(self, index: int) -> Span:
        """Return the place of a character of the file."""
        line, column = line_and_column(self.text, index)
        return Span(line, column, line, column + 1)

    def span(self, template: Template, offset: int, length: int = 1) -> Span:
        """Return the place in the file of a part of one of its templates."""
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
    """Return the place in a file of a part of a template that stands in it, or that is the whole of it."""
    if owner is not None:
        return locate(text, owner.scalar, offset, length)
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return Span(line, column, line, column + max(1, length))


class Mark(NamedTuple):
    """What a rule found: a place in the subject's file, what is wrong there, and what to do."""

    span: Span
    message: str
    help: str | None = None
    fix: Fix | None = None
    path: str | None = None


class FileFacts(NamedTuple):
    """What the rules about the whole project need to know of one file.

    ``sent`` stands for all that the prompt sends, empty where that cannot be told; ``reached`` are the partials that it
    includes, directly or not; ``is_readable`` says that all its templates could be followed; ``suppressed`` are the
    names in comments that switch rules off for the whole file.
    """

    path: str
    is_prompt: bool
    is_readable: bool
    sent: str
    reached: tuple[str, ...]
    suppressed: tuple[str, ...] = ()


class RepositorySubject(NamedTuple):
    """The whole project under lint: its files, all paths below the prompts folder, and deployments.yaml.

    ``flaws`` are those of its pointers, as far as git tells.
    """

    files: tuple[FileFacts, ...]
    paths: tuple[str, ...]
    environments: tuple[str, ...]
    deployments: Node | None
    flaws: tuple[Flaw, ...] = ()

    @property
    def partial_paths(self) -> tuple[str, ...]:
        """Return the paths that could be partials."""
        return tuple(path for path in self.paths if is_partial_path(path))


class RuleText(Protocol):
    """What every rule's module has; its docstring is its published documentation."""

    @property
    def ID(self) -> str:  # noqa: N802 - the constant of a module
        """The code that findings carry."""

    @property
    def NAME(self) -> str:  # noqa: N802
        """The name in words."""

    @property
    def SEVERITY(self) -> str:  # noqa: N802
        """``error``, ``warning`` or ``info``."""


class FileRule(RuleText, Protocol):
    """A rule about one file and the partials that it includes."""

    @property
    def check(self) -> Callable[[Subject], Iterator[Mark]]:
        """Yield what breaks the rule."""


class RepositoryRule(RuleText, Protocol):
    """A rule about the whole project."""

    @property
    def check_repository(self) -> Callable[[RepositorySubject], Iterator[Mark]]:
        """Yield what breaks the rule."""


def reported(name: str) -> Callable[[Subject], Iterator[Mark]]:
    """Return the check of a rule whose work was done while the file was parsed."""

    def check(subject: Subject) -> Iterator[Mark]:
        for problem in subject.problems:
            if problem.rule == name:
                yield Mark(problem.span, problem.message, problem.help, problem.fix)

    return check
