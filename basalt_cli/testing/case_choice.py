"""The expressions that choose test cases by name: words, and, or, not and brackets, as in pytest's ``-k``."""

from __future__ import annotations

import re
from collections.abc import Callable

from basalt_cli.errors import UsageError

_MOST_TOKENS = 200
_TOKEN = re.compile(r"[()]|[^\s()]+")


class CaseChoice:
    """An expression; a word of it is true for each name that contains it, whatever the case of the letters.

    Raises UsageError for an expression that cannot be parsed or has more than 200 words and brackets.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _TOKEN.findall(text)
        if len(self._tokens) > _MOST_TOKENS:
            raise self._syntax_error()
        self.matches("")

    def matches(self, name: str) -> bool:
        """Return whether the expression is true for a name."""
        self._position = 0
        self._name = name.lower()
        found = self._read_any()
        if self._position != len(self._tokens):
            raise self._syntax_error()
        return found

    def _read_any(self) -> bool:
        return any(self._read_joined("or", self._read_all))

    def _read_all(self) -> bool:
        return all(self._read_joined("and", self._read_not))

    def _read_joined(self, operator: str, read: Callable[[], bool]) -> list[bool]:
        """Return the values of the operands of an operator; all of them are read, to check the whole syntax."""
        values = [read()]
        while self._take(operator):
            values.append(read())
        return values

    def _read_not(self) -> bool:
        if self._take("not"):
            return not self._read_not()
        if self._take("("):
            found = self._read_any()
            if not self._take(")"):
                raise self._syntax_error()
            return found
        if self._position >= len(self._tokens) or self._tokens[self._position] in ("and", "or", ")"):
            raise self._syntax_error()
        self._position += 1
        return self._tokens[self._position - 1].lower() in self._name

    def _take(self, token: str) -> bool:
        is_next = self._position < len(self._tokens) and self._tokens[self._position] == token
        self._position += is_next
        return is_next

    def _syntax_error(self) -> UsageError:
        return UsageError(f"-k cannot be understood: {self._text!r}", hint="Example: -k 'late and not parcel'.")
