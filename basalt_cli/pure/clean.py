"""Make text from prompts, commits and paths safe to print: nothing in it can steer a terminal or hide from a reader."""

from __future__ import annotations

import re

# C0 but newline and tab, DEL and C1, and format characters: bidirectional controls, zero width, tags, byte order mark.
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_JOINERS = ("\u200c", "\u200d")


def clean(text: str) -> str:
    r"""Return ``text`` with everything invisible or steering written out, as in ``\x1b`` or ``\u202e``.

    Joiners stay where scripts and emoji need them: between two characters that are not plain letters of ours.
    """
    if text.isascii() and text.isprintable():
        return text
    return UNSAFE.sub(_escape, text)


def clean_line(text: str) -> str:
    """Return ``text`` cleaned and on one line, newlines and tabs written out too."""
    return clean(text).replace("\n", "\\n").replace("\t", "\\t")


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    if character in _JOINERS and _joins(match.string, match.start()):
        return character
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"


def _joins(text: str, index: int) -> bool:
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    return bool(before and after) and not before.isascii() and not after.isascii()
