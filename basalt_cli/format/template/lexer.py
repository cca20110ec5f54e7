"""A Jinja2 lexer that records columns.

A node of Jinja2 has only a line number, which comes from the lexer. The line numbers of this lexer also carry the
offset of their token.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Self

from jinja2.exceptions import TemplateSyntaxError
from jinja2.lexer import Lexer, newline_re


class TokenLine(int):
    """The line number of a token (1-based), with its offset in the template (in characters from 0) and its length."""

    offset: int
    length: int

    def __new__(cls, line: int, offset: int, length: int) -> Self:
        """Make the line number ``line`` with an offset and a length."""
        place = super().__new__(cls, line)
        place.offset = offset
        place.length = length
        return place


class PositionedLexer(Lexer):
    """Jinja2's own lexer, with a TokenLine in every token."""

    def tokeniter(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> Iterator[tuple[int, str, str]]:
        """Yield Jinja2's tokens; offsets count in ``source`` as given, with its own line breaks."""
        normal = "\n".join(newline_re.split(source)[::2])
        shift = _Shift(source)
        position = 0
        try:
            for line, token, value in super().tokeniter(source, name, filename, state):
                found = normal.find(value, position)
                position = position if found < 0 else found
                yield TokenLine(line, shift.restore(position), len(value.strip())), token, value
                position += len(value)
        except TemplateSyntaxError as error:
            if not isinstance(error.lineno, TokenLine):
                offset = _skip_space(normal, position)
                error.lineno = TokenLine(error.lineno, shift.restore(offset), 1)
            raise


class _Shift:
    """Convert offsets after CR LF became LF to offsets in the original text."""

    def __init__(self, source: str) -> None:
        breaks = (match.start() for match in newline_re.finditer(source) if match.group() == "\r\n")
        self.breaks = [index - shifted for shifted, index in enumerate(breaks)]

    def restore(self, offset: int) -> int:
        return offset + bisect_left(self.breaks, offset)


def _skip_space(text: str, position: int) -> int:
    while position < len(text) - 1 and text[position].isspace():
        position += 1
    return position
