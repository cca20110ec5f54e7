"""Cut a template into what is sent as it stands and what is worked out, each in a form that layout does not change."""

from __future__ import annotations

from ast import literal_eval
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from jinja2.exceptions import TemplateSyntaxError

from basalt_cli.format.template.environment import lexer_for
from basalt_cli.model.prompt import Whitespace


class PieceKind(Enum):
    """What a piece of a template does."""

    TEXT = "text"
    EXPRESSION = "expression"
    STATEMENT = "statement"
    BROKEN = "broken"


class TemplatePiece(NamedTuple):
    """A piece; the text of tags is their words with single blanks between, without comments and whitespace signs."""

    kind: PieceKind
    text: str


_OPENINGS = {"variable_begin": PieceKind.EXPRESSION, "block_begin": PieceKind.STATEMENT}
_CLOSINGS = ("variable_end", "block_end")
_IGNORED = ("whitespace", "comment_begin", "comment", "comment_end", "raw_begin", "raw_end")


@lru_cache(maxsize=2048)
def cut_template(text: str, whitespace: Whitespace) -> tuple[TemplatePiece, ...]:
    """Return the pieces in reading order, two texts never beside each other; one broken piece for a syntax error.

    Equal pieces render equally, whatever the values are.
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
    """Write a text literal in one way, whichever quotes its author took."""
    if name != "string":
        return value
    try:
        return repr(literal_eval(value))
    except (ValueError, SyntaxError):
        return value
