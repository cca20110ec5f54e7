"""Replace includes by the texts of partials, so that a template renders the same without its partials."""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from jinja2.exceptions import TemplateSyntaxError

from basalt_cli.format.template.environment import lexer_for
from basalt_cli.format.template.lexer import PositionedLexer
from basalt_cli.model.prompt import Whitespace

# A comment that removes no whitespace, and stops the whitespace signs of its neighbours.
_BARRIER = "{#+ +#}"
_OPENS_GREEDILY = re.compile(r"\s*\{[%{#]-")
_CLOSES_GREEDILY = re.compile(r"-[%}#]\}\s*\Z")
# Partials that include each other many times can expand to a text that is too long to be rendered.
_LONGEST = 256 * 1024
# Names that these statements set must not leave the partial.
_SETTING = frozenset(("set", "macro", "import", "from"))
_NOT_ALONE = frozenset(("extends", "block", "self", "super", "caller", "varargs", "kwargs", "loop"))


class _Statement(NamedTuple):
    """A tag: the end of the text before it, the start of the text after it, and its words."""

    start: int
    end: int
    words: tuple[str, ...]


def write_in_includes(text: str, whitespace: Whitespace, partials: Mapping[str, str]) -> str:
    """Return the template with its includes replaced by the texts of the partials, recursively.

    An include stays where it cannot be replaced with the same result: the partial extends a template or has blocks,
    reads a name that the including template sets, is missing and not optional, is too long, or is part of a cycle; or
    the include is without context.
    """
    text = _normalise(text)
    try:
        written = _Inliner(whitespace, partials).write_in(text, ())
    except TemplateSyntaxError:
        return text
    # Jinja2 removes a newline at the end of a template; the newline of a partial inside it is not removed.
    is_last = written.endswith("\n") and not text.endswith("\n")
    return written + _BARRIER if is_last else written


def expand_includes(text: str, partials: Mapping[str, str], whitespace: Whitespace) -> str:
    """Return the template with the text of a partial in place of each include of one partial that exists.

    The text is for display by line: a partial loses its last line break, and nothing is added. Other includes stay, and
    so do includes of a cycle.
    """
    return _LineInliner(whitespace, partials).write_in(_normalise(text), ())


class _Inliner:
    def __init__(self, whitespace: Whitespace, partials: Mapping[str, str]) -> None:
        self._whitespace = whitespace
        self._lexer = lexer_for(whitespace)
        self._partials = partials
        self._always_fences = whitespace.trim_blocks or whitespace.lstrip_blocks
        self._known: dict[str, str | None] = {}

    def write_in(self, text: str, path: tuple[str, ...]) -> str:
        written, last = "", 0
        statements = list(_find_statements(text, self._lexer))
        is_set = {word for found in statements if _SETTING.intersection(found.words[:1]) for word in found.words[1:]}
        for statement in statements:
            found = self._find_text(statement.words, path, is_set)
            if found is not None:
                before = written + text[last : statement.start]
                written = before + self._fence(before, found, text[statement.end :])
                last = statement.end
        return written + text[last:]

    def _find_text(self, words: tuple[str, ...], path: tuple[str, ...], is_set: set[str]) -> str | None:
        """Return the text that replaces an include; None for another statement, and for an include that stays.

        ``is_set`` are names that the including template sets anywhere: Jinja2 then resolves them differently.
        """
        names = _parse_include(words)
        if names is None:
            return None
        name = next((name for name in names if name in self._partials), None)
        if name is None:
            return "" if "missing" in words else None
        inner = self._find_partial(name, path)
        used = self._list_words(inner) if inner is not None else _NOT_ALONE
        if inner is None or used & (_NOT_ALONE | is_set):
            return None
        return f"{{% with +%}}{inner}{{%+ endwith +%}}" if used & _SETTING else inner

    def _find_partial(self, name: str, path: tuple[str, ...]) -> str | None:
        """Return the expanded text of a partial; None in a cycle, and for a text that is too long to be rendered."""
        if name in path:
            return None
        if name not in self._known:
            self._known[name] = self._expand(name, path)
        return self._known[name]

    def _expand(self, name: str, path: tuple[str, ...]) -> str | None:
        text = _normalise(self._partials[name])
        if not self._whitespace.keep_trailing_newline:
            text = text.removesuffix("\n")
        inner = self.write_in(text, (*path, name))
        return inner if len(inner) <= _LONGEST else None

    def _list_words(self, text: str) -> set[str]:
        tokens = self._lexer.tokeniter(text, None)
        return {value for _, token, value in tokens if token == "name"}  # noqa: S105

    def _fence(self, before: str, inner: str, after: str) -> str:
        """Add barriers where whitespace signs on one side would remove whitespace of the other."""
        eats_in, eats_out = bool(_CLOSES_GREEDILY.search(before)), bool(_OPENS_GREEDILY.match(after))
        opening = self._always_fences or eats_in or bool(_OPENS_GREEDILY.match(inner))
        closing = self._always_fences or eats_out or bool(_CLOSES_GREEDILY.search(inner))
        return (_BARRIER if opening else "") + inner + (_BARRIER if closing else "")


class _LineInliner(_Inliner):
    """Replace includes for display, whether or not the result renders the same."""

    def write_in(self, text: str, path: tuple[str, ...]) -> str:
        try:
            return super().write_in(text, path)
        except TemplateSyntaxError:
            return text

    def _find_text(self, words: tuple[str, ...], path: tuple[str, ...], is_set: set[str]) -> str | None:  # noqa: ARG002
        names = _parse_include(words) or ()
        return self._find_partial(names[0], path) if len(names) == 1 and names[0] in self._partials else None

    def _fence(self, before: str, inner: str, after: str) -> str:  # noqa: ARG002
        return inner


def _find_statements(text: str, lexer: PositionedLexer) -> Iterator[_Statement]:
    """Yield the tags ``{% ... %}`` of a template whose line ends are LF."""
    position = start = 0
    words: list[str] = []
    for _, token, value in lexer.tokeniter(text, None):
        if token == "block_begin":  # noqa: S105 - the lexer's word
            # The whitespace that the tag's sign removes lies between the end of the last token and the tag.
            start, words = position, []
        position = max(text.find(value, position), position) + len(value)
        if token == "block_end":  # noqa: S105
            yield _Statement(start, position, tuple(words))
        elif token not in ("whitespace", "block_begin"):
            words.append(value)


def _parse_include(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the names of an include with context; None for another statement and for names known only at rendering."""
    if words[:1] != ("include",) or "without" in words:
        return None
    names = [word for word in words if word[:1] in "\"'"]
    signs = set(words[1:]) - set(names) - {"[", "]", "(", ")", ",", "ignore", "missing", "with", "context"}
    return tuple(str(literal_eval(name)) for name in names) if names and not signs else None


def _normalise(text: str) -> str:
    """Return the text with the line ends that Jinja2 gives it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
