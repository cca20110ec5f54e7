"""A YAML document: its nodes with their places in the file, and its problems."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from basalt_cli.errors import Place


class Span(NamedTuple):
    """A range of a file; lines and columns are 1-based, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def in_file(self, path: str) -> Place:
        """Return the place of the first character; its text is ``path:line:column``."""
        return Place(path, self.line, self.column)


FILE_START = Span(1, 1, 1, 1)


class Edit(NamedTuple):
    """The replacement of the characters from ``start`` to ``end`` (from 0, exclusive) of a file by a text."""

    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """Edits that fix a problem; a fix that is not safe can change the meaning of the file."""

    edits: tuple[Edit, ...]
    is_safe: bool = True


class Problem(NamedTuple):
    """A problem of a file; ``rule`` is the name of the lint rule that reports it."""

    rule: str
    message: str
    span: Span
    help: str | None = None
    fix: Fix | None = None


class Scalar(NamedTuple):
    """A scalar: ``value`` by the core schema of YAML 1.2, and its ``text``.

    ``start`` and ``end`` are offsets in the file, in characters; ``style`` is the character that opens the scalar
    (``|``, ``>``, ``"``, ``'``), or empty for a plain one.
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
    """A mapping in file order; its keys are distinct strings."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span
    flow: bool = False

    def find(self, key: str) -> Node | None:
        """Return the value of ``key``; None where it is absent."""
        return next((value for name, value in self.entries if name.text == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping


class Document(NamedTuple):
    """One YAML file; ``root`` is None where it is empty or cannot be read."""

    text: str
    root: Node | None
    problems: tuple[Problem, ...]
