"""A YAML document as read: nodes that remember where they stand, and the problems found on the way."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from basalt_cli.errors import Place


class Span(NamedTuple):
    """A stretch of a file; lines and columns are 1-based, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def in_file(self, path: str) -> Place:
        """Return the place of the first character; its text is ``path:line:column``."""
        return Place(path, self.line, self.column)


FILE_START = Span(1, 1, 1, 1)


class Edit(NamedTuple):
    """Replace the characters ``start`` to ``end`` of a file, counted from 0, by a text."""

    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """Edits that mend a problem; one that is not safe may change what the file means."""

    edits: tuple[Edit, ...]
    is_safe: bool = True


class Problem(NamedTuple):
    """Something wrong with a file; ``rule`` is the name of the lint rule that reports it."""

    rule: str
    message: str
    span: Span
    help: str | None = None
    fix: Fix | None = None


class Scalar(NamedTuple):
    """A leaf: ``value`` as YAML 1.2's core schema reads it, ``text`` as the author wrote it.

    ``start`` and ``end`` count characters from the start of the file; ``style`` is the character that opens the scalar
    (``|``, ``>``, ``"``, ``'``) or empty for a plain one.
    """

    value: bool | int | float | str | None
    text: str
    style: str
    start: int
    end: int
    span: Span


class Sequence(NamedTuple):
    """A list, in order."""

    items: tuple[Node, ...]
    span: Span


class Mapping(NamedTuple):
    """A mapping in file order; its keys are strings, each once."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span
    flow: bool = False

    def find(self, key: str) -> Node | None:
        """Return the value under ``key``."""
        return next((value for name, value in self.entries if name.text == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping


class Document(NamedTuple):
    """One YAML file; ``root`` is None when it is empty or could not be read at all."""

    text: str
    root: Node | None
    problems: tuple[Problem, ...]
