"""Make text from prompts, commits and paths safe to print: nothing in it can steer a terminal or hide from a reader."""

from __future__ import annotations

import re

# C0 but newline and tab, DEL and C1, and format characters: bidirectional controls, zero width, tags, byte order mark.
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
# The parts of it that a reviewer must know of, each with a lint rule. CVE-2021-42574 is about the first.
BIDIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
INVISIBLE = re.compile("[\xad\u180e\u200b-\u200d\u2060-\u2064\ufeff\ufff9-\ufffb]")
TAGS = re.compile("[\U000e0000-\U000e007f]")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f")
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
    if is_joiner_in_place(match):
        return match.group()
    code = ord(match.group())
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"


def is_joiner_in_place(match: re.Match[str]) -> bool:
    """Say whether a found character is a joiner where scripts and emoji need it."""
    text, index = match.string, match.start()
    if TAGS.match(match.group()):
        # The flags of England, Scotland and Wales are a black flag, a few tags and a tag that ends them.
        start = max(0, index - 8)
        return any(flag.start() <= index - start < flag.end() for flag in _FLAG.finditer(text[start : index + 8]))
    if match.group() not in _JOINERS:
        return False
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if not before or not after or (before.isascii() and after.isascii()):
        return False
    # A suffix of a script that joins may follow a word of ours, as Persian ones follow acronyms.
    return not before.isascii() or (before.isalnum() and after.isalpha())
