"""Split a template into texts, expressions and statements, in a form that does not depend on layout."""

from __future__ import annotations

from ast import literal_eval
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from jinja2.exceptions import TemplateSyntaxError

from basalt_cli.format.template.environment import lexer_for
from basalt_cli.model.prompt import Whitespace


class PieceKind(Enum):
    """The kind of a piece of a template."""

    TEXT = "text"
    EXPRESSION = "expression"
    STATEMENT = "statement"
    BROKEN = "broken"


class TemplatePiece(NamedTuple):
    """A piece; the text of a tag is its tokens joined by single blanks, without comments and whitespace signs."""

    kind: PieceKind
    text: str


_OPENINGS = {"variable_begin": PieceKind.EXPRESSION, "block_begin": PieceKind.STATEMENT}
_CLOSINGS = ("variable_end", "block_end")
_IGNORED = ("whitespace", "comment_begin", "comment", "comment_end", "raw_begin", "raw_end")


@lru_cache(maxsize=2048)
def cut_template(text: str, whitespace: Whitespace) -> tuple[TemplatePiece, ...]:
    """Return the pieces in reading order, adjacent texts joined; one broken piece for a syntax error.

    Templates with equal pieces render the same for all values.
    """
    pieces: list[TemplatePiece] = []
    words: list[str] = []
    kind = PieceKind.TEXT
    lexer = lexer_for(whitespace)
    try:
        for _, name, value in lexer.tokeniter(text, None):
            if name == "data":
                _add_text(pieces, value)
            elif name in _OPENINGS:
                kind, words = _OPENINGS[name], []
            elif name in _CLOSINGS:
                pieces.append(TemplatePiece(kind, " ".join(words)))
            elif name not in _IGNORED:
                words.append(_normalise(name, value))
    except TemplateSyntaxError:
        return (TemplatePiece(PieceKind.BROKEN, text),)
    return tuple(pieces)


def _add_text(pieces: list[TemplatePiece], value: str) -> None:
    if pieces and pieces[-1].kind is PieceKind.TEXT:
        pieces[-1] = TemplatePiece(PieceKind.TEXT, pieces[-1].text + value)
    elif value:
        pieces.append(TemplatePiece(PieceKind.TEXT, value))


def _normalise(name: str, value: str) -> str:
    """Return a token; a string literal in the same form for both kinds of quotes."""
    if name != "string":
        return value
    try:
        return repr(literal_eval(value))
    except (ValueError, SyntaxError):
        return value
