"""Choose test cases by an expression over their names, as pytest's ``-k`` does: words, and, or, not and brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from basalt_cli.errors import UsageError

_MOST_TOKENS = 200
_TOKEN = re.compile(r"\s*(?:([()])|([^\s()]+))")


class CaseChoice:
    """An expression; a word holds of every name that it is part of, upper and lower case alike."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_cut(text))
        if len(self._tokens) > _MOST_TOKENS:
            raise self._wrong()
        self.matches("")

    def matches(self, name: str) -> bool:
        """Say whether a name is chosen."""
        self._position = 0
        self._name = name.lower()
        found = self._read_or()
        if self._position != len(self._tokens):
            raise self._wrong()
        return found

    def _read_or(self) -> bool:
        found = self._read_and()
        while self._take("or"):
            other = self._read_and()
            found = found or other
        return found

    def _read_and(self) -> bool:
        found = self._read_not()
        while self._take("and"):
            other = self._read_not()
            found = found and other
        return found

    def _read_not(self) -> bool:
        if self._take("not"):
            return not self._read_not()
        if self._take("("):
            found = self._read_or()
            if not self._take(")"):
                raise self._wrong()
            return found
        if self._position >= len(self._tokens) or self._tokens[self._position] in ("and", "or", ")"):
            raise self._wrong()
        self._position += 1
        return self._tokens[self._position - 1].lower() in self._name

    def _take(self, token: str) -> bool:
        is_next = self._position < len(self._tokens) and self._tokens[self._position] == token
        self._position += is_next
        return is_next

    def _wrong(self) -> UsageError:
        return UsageError(f"-k cannot be understood: {self._text!r}", hint="As in -k 'late and not parcel'.")


def _cut(text: str) -> Iterator[str]:
    yield from (match.group(1) or match.group(2) for match in _TOKEN.finditer(text.strip()))
