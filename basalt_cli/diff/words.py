"""Compare two texts line by line, and changed lines word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from itertools import groupby
from typing import NamedTuple

# A word, a run of spaces, or one other character: a changed comma does not mark the words beside it.
_WORD = re.compile(r"\w+|[ \t]+|\n|[^\w\s]|\s")
# difflib takes quadratic time at best, and more where lines or words repeat.
_MOST_LINES = 1000
_MOST_WORDS = 1500


class WordKind(Enum):
    """Which of two texts a piece is in: both, only the old one, or only the new one."""

    SAME = " "
    REMOVED = "-"
    ADDED = "+"


class Piece(NamedTuple):
    """A run of characters of one kind; never empty in a result."""

    kind: WordKind
    text: str


def diff_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces of both texts in reading order, neighbours of different kinds.

    The pieces that are not ADDED join to ``old``, those that are not REMOVED to ``new``.
    """
    pieces = _diff(old.splitlines(keepends=True), new.splitlines(keepends=True), _MOST_LINES, _diff_lines)
    return tuple(_join_neighbours(pieces))


def count_words(pieces: Iterable[Piece], kind: WordKind) -> int:
    """Return the number of words in the pieces of a kind."""
    return sum(len(piece.text.split()) for piece in pieces if piece.kind is kind)


def _diff(
    old: list[str], new: list[str], most: int, diff_run: Callable[[str, str], Iterator[Piece]]
) -> Iterator[Piece]:
    """Yield equal items as SAME, and for each run of other items the pieces of ``diff_run(old run, new run)``.

    Between a common start and end of both lists, more than ``most`` items count as replaced as a whole.
    """
    from difflib import SequenceMatcher

    # difflib ignores items that occur often in long lists, so a common start and end are split off first.
    start = _count_common(old, new)
    end = _count_common(old[start:][::-1], new[start:][::-1])
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    yield Piece(WordKind.SAME, "".join(old[:start]))
    if len(before) + len(after) > most:
        yield from _replace("".join(before), "".join(after))
    else:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
            old_run, new_run = "".join(before[i1:i2]), "".join(after[j1:j2])
            if tag == "equal":
                yield Piece(WordKind.SAME, old_run)
            else:
                yield from diff_run(old_run, new_run)
    yield Piece(WordKind.SAME, "".join(old[len(old) - end :]))


def _diff_lines(old: str, new: str) -> Iterator[Piece]:
    return _diff(_WORD.findall(old), _WORD.findall(new), _MOST_WORDS, _replace)


def _replace(old: str, new: str) -> Iterator[Piece]:
    yield Piece(WordKind.REMOVED, old)
    yield Piece(WordKind.ADDED, new)


def _count_common(old: list[str], new: list[str]) -> int:
    pairs = zip(old, new, strict=False)
    return next((index for index, (left, right) in enumerate(pairs) if left != right), min(len(old), len(new)))


def _join_neighbours(pieces: Iterable[Piece]) -> Iterator[Piece]:
    for kind, run in groupby((piece for piece in pieces if piece.text), key=lambda piece: piece.kind):
        yield Piece(kind, "".join(piece.text for piece in run))
