"""Compare two texts line by line, and changed lines word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

# Words, runs of blanks, and single other characters, so that a changed comma does not mark its neighbours.
_WORD = re.compile(r"\w+|[ \t]+|\n|[^\w\s]|\s")
# difflib is quadratic at best, and worse where lines or words repeat.
_MOST_LINES = 1000
_MOST_WORDS = 1500


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
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    head = _common_length(old_lines, new_lines)
    tail = _common_length(old_lines[head:][::-1], new_lines[head:][::-1])
    middle = _diff_lines(old_lines[head : len(old_lines) - tail], new_lines[head : len(new_lines) - tail])
    first, last = "".join(old_lines[:head]), "".join(old_lines[len(old_lines) - tail :])
    return tuple(_merge([Piece(Kind.SAME, first), *middle, Piece(Kind.SAME, last)]))


def _common_length(old: list[str], new: list[str]) -> int:
    pairs = zip(old, new, strict=False)
    return next((index for index, (left, right) in enumerate(pairs) if left != right), min(len(old), len(new)))


def _diff_lines(old: list[str], new: list[str]) -> Iterator[Piece]:
    """Compare what lies between a common head and tail; a very long stretch counts as replaced whole."""
    from difflib import SequenceMatcher

    if len(old) + len(new) > _MOST_LINES:
        yield from _replaced("".join(old), "".join(new))
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        before, after = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal":
            yield Piece(Kind.SAME, before)
        else:
            yield from _diff_changed(before, after)


def _replaced(old: str, new: str) -> Iterator[Piece]:
    yield from (Piece(kind, text) for kind, text in ((Kind.REMOVED, old), (Kind.ADDED, new)) if text)


def _diff_changed(old: str, new: str) -> Iterator[Piece]:
    from difflib import SequenceMatcher

    before, after = _WORD.findall(old), _WORD.findall(new)
    if not before or not after or len(before) + len(after) > _MOST_WORDS:
        yield from _replaced(old, new)
        return
    # difflib takes words that stand often for noise, so what is equal at both ends is kept from it.
    head = _common_length(before, after)
    tail = _common_length(before[head:][::-1], after[head:][::-1])
    first, last = "".join(before[:head]), "".join(before[len(before) - tail :])
    before, after = before[head : len(before) - tail], after[head : len(after) - tail]
    yield Piece(Kind.SAME, first)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            yield Piece(Kind.SAME, "".join(before[i1:i2]))
            continue
        if i1 != i2:
            yield Piece(Kind.REMOVED, "".join(before[i1:i2]))
        if j1 != j2:
            yield Piece(Kind.ADDED, "".join(after[j1:j2]))
    yield Piece(Kind.SAME, last)


def _merge(pieces: list[Piece]) -> Iterator[Piece]:
    """Join neighbours of one kind."""
    pending: Piece | None = None
    for piece in (piece for piece in pieces if piece.text):
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
