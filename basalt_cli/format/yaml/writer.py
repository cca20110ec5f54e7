"""Write YAML scalars so that every YAML reader, of 1.1 and of 1.2, reads back the same text."""

from __future__ import annotations

import re

# Plain only where nothing could be read otherwise: starts with a letter, holds no indicator, is no word or number of
# YAML 1.1 (y, no, on, null, 1e3, 12:30:45, 0b1, dates) or 1.2.
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./-]| (?! |\Z))*\Z")
_AMBIGUOUS = frozenset(
    "y n yes no on off true false null none nan inf infinity".split()  # noqa: SIM905 - a list of words, as words
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
# What a reader might not see, or might take for a line break: controls, formats, surrogates, separators, private use.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u0600-\u0605\u061c\u070f\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff0-\uffff\U000e0000-\U000e0fff]"
)


def format_scalar(text: str) -> str:
    """Return ``text`` plain where that is safe, else in double quotes."""
    if _PLAIN.match(text) and text.lower() not in _AMBIGUOUS and not text.endswith(" "):
        return text
    return quote(text)


def quote(text: str) -> str:
    """Return ``text`` in double quotes, everything invisible escaped."""
    escaped = "".join(_ESCAPES.get(character, character) for character in text)
    return '"' + _HIDDEN.sub(_escape, escaped) + '"'


def format_number(value: float) -> str:
    """Return a number as every YAML reader takes it: a float has a dot, and a sign in its exponent."""
    text = str(value)
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"


def format_block(text: str, indent: int) -> str:
    """Return ``text`` as a literal block scalar, from its ``|`` on, for a key at ``indent`` spaces.

    Falls back to double quotes for what a literal block cannot hold: hidden characters, blank ends.
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
