"""Write YAML scalars that readers of YAML 1.1 and 1.2 read as the same text."""

from __future__ import annotations

import re

from basalt_cli.text.clean import escape_character

# Plain only where no reader can read another type: it starts with a letter, contains no indicator, and is not a word or
# number of YAML 1.1 (y, no, on, null, 1e3, 12:30:45, 0b1, dates) or 1.2.
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./-]| (?! |\Z))*\Z")
_AMBIGUOUS = frozenset(
    "y n yes no on off true false null none nan inf infinity".split()  # noqa: SIM905 - a list of words, as words
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
# Characters that are invisible, or a line break for some readers: controls, formats, surrogates, separators.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u0600-\u0605\u061c\u070f\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff0-\uffff\U000e0000-\U000e0fff]"
)


def format_scalar(text: str) -> str:
    """Return ``text`` as a plain scalar where that is safe, else in double quotes."""
    if _PLAIN.match(text) and text.lower() not in _AMBIGUOUS and not text.endswith(" "):
        return text
    return quote(text)


def quote(text: str) -> str:
    """Return ``text`` in double quotes, with invisible characters escaped."""
    escaped = "".join(_ESCAPES.get(character, character) for character in text)
    return '"' + _HIDDEN.sub(lambda match: escape_character(match.group()), escaped) + '"'


def format_number(value: float) -> str:
    """Return a number that YAML 1.1 reads as a number too: a float needs a dot, and a sign in its exponent."""
    text = str(value)
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def format_block(text: str, indent: int) -> str:
    """Return ``text`` as a literal block scalar for a key that is indented by ``indent`` spaces.

    A text that a literal block cannot contain (invisible characters, blanks at the ends of lines) is in double quotes.
    """
    body = text.rstrip("\n")
    if not body or _HIDDEN.search(body.replace("\n", "").replace("\t", "")) or body[0] in " \n\t":
        return quote(text)
    if any(line != line.rstrip() for line in body.split("\n")):
        return quote(text)
    ends = len(text) - len(body)
    header = {0: "|-", 1: "|"}.get(ends, "|+")
    margin = " " * (indent + 2)
    lines = [margin + line if line else "" for line in body.split("\n")] + [""] * max(0, ends - 1)
    return header + "\n" + "\n".join(lines)
