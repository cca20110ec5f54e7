"""Make untrusted text safe to print: escape control sequences and invisible characters."""

from __future__ import annotations

import re

# C0 except newline and tab, DEL, C1, and format characters: bidirectional, zero width, tags, byte order mark.
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
# Each of these has a lint rule. The first is CVE-2021-42574.
BIDIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
INVISIBLE = re.compile("[\xad\u180e\u200b-\u200d\u2060-\u2064\ufeff\ufff9-\ufffb]")
TAGS = re.compile("[\U000e0000-\U000e007f]")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f")
_JOINERS = ("\u200c", "\u200d")


def clean(text: str) -> str:
    r"""Return ``text`` with control and invisible characters as escapes such as ``\x1b`` or ``\u202e``.

    A joiner is kept where a script or an emoji needs it.
    """
    if text.isascii() and text.isprintable():
        return text
    return UNSAFE.sub(_escape, text)


def clean_line(text: str) -> str:
    """Return ``text`` cleaned and on one line: newlines and tabs are escapes too."""
    return clean(text).replace("\n", "\\n").replace("\t", "\\t")


def _escape(match: re.Match[str]) -> str:
    return match.group() if is_joiner_in_place(match) else escape_character(match.group())


def escape_character(character: str) -> str:
    r"""Return the escape of a character in Python and in YAML: ``\x1b``, ``\u202e`` or ``\U000e0041``."""
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"


def is_joiner_in_place(match: re.Match[str]) -> bool:
    """Return whether a character that ``UNSAFE`` matched is a joiner that a script or an emoji needs."""
    text, index = match.string, match.start()
    if TAGS.match(match.group()):
        # The flags of England, Scotland and Wales are a black flag, some tags, and an end tag.
        start = max(0, index - 8)
        return any(flag.start() <= index - start < flag.end() for flag in _FLAG.finditer(text[start : index + 8]))
    if match.group() not in _JOINERS:
        return False
    before, after = text[index - 1 : index], text[index + 1 : index + 2]
    if not before or not after or (before.isascii() and after.isascii()):
        return False
    # A suffix of a script with joiners can follow an ASCII word: Persian suffixes follow acronyms.
    return not before.isascii() or (before.isalnum() and after.isalpha())
