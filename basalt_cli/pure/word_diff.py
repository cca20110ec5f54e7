"""Compare two texts line by line, and changed lines word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

# Words, runs of blanks, and single other characters, so that a changed comma does not mark its neighbours.
_WORD = re.compile(r"\w+|[ \t]+|\n|[^\w\s]|\s")
_MOST_WORDS = 4000


class Kind(Enum):
    """What happened to a piece of text."""

    SAME = " "
    REMOVED = "-"
    ADDED = "+"


class Piece(NamedTuple):
    """A run of characters that stayed, went or came."""

    kind: Kind
    text: str


def diff_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces that lead from ``old`` to ``new``, in reading order.

    Joining those that are not ADDED gives ``old``, those that are not REMOVED gives ``new``.
    """
    from difflib import SequenceMatcher

    pieces: list[Piece] = []
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes():
        before, after = "".join(old_lines[i1:i2]), "".join(new_lines[j1:j2])
        if tag == "equal":
            pieces.append(Piece(Kind.SAME, before))
        else:
            pieces += _diff_changed(before, after)
    return tuple(_merge(pieces))


def _diff_changed(old: str, new: str) -> Iterator[Piece]:
    from difflib import SequenceMatcher

    before, after = _WORD.findall(old), _WORD.findall(new)
    if not before or not after or len(before) + len(after) > _MOST_WORDS:
        yield from (Piece(kind, text) for kind, text in ((Kind.REMOVED, old), (Kind.ADDED, new)) if text)
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Kind.SAME, "".join(before[i1:i2]))
            continue
        if i1 != i2:
            yield Piece(Kind.REMOVED, "".join(before[i1:i2]))
        if j1 != j2:
            yield Piece(Kind.ADDED, "".join(after[j1:j2]))


def _merge(pieces: list[Piece]) -> Iterator[Piece]:
    """Join neighbours of one kind."""
    pending: Piece | None = None
    for piece in pieces:
        if pending is not None and pending.kind is piece.kind:
            pending = Piece(pending.kind, pending.text + piece.text)
            continue
        if pending is not None:
            yield pending
        pending = piece
    if pending is not None:
        yield pending


def count_words(pieces: tuple[Piece, ...], kind: Kind) -> int:
    """Count the words in the pieces of a kind."""
    return sum(len(piece.text.split()) for piece in pieces if piece.kind is kind)
