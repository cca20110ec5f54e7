"""A letter of another script looks like a plain ASCII letter.

In an English word, a Cyrillic letter looks the same to people, but a model, a search and a program read another word.

Good::

    prompt: Reply with APPROVED.

Bad (U+0410 is Cyrillic)::

    prompt: Reply with <U+0410>PPROVED.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

from basalt_cli.lint.rule import Mark, Subject

ID = "X604"
NAME = "confusable-character"
SEVERITY = "warning"

# The pairs of Unicode's confusables (UTS 39) whose shapes are the same in common fonts.
_PAIRS = dict(
    zip(
        "\u0430\u0441\u0501\u0435\u04bb\u0456\u0458\u043e\u0440\u051b\u0455\u051d\u0445\u0443"
        "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0406\u0408\u0405"
        "\u03bf\u03bd\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
        "acdehijopqswxyABEKMHOPCTXYIJSovABEZHIKMNOPTYX",
        strict=True,
    )
)
# ASCII letters in another style: full width, and the mathematical alphabets.
_STYLED = "\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d6a3"
_ODD = re.compile(f"[{''.join(_PAIRS)}{_STYLED}]")
_WORD = re.compile(r"\w+")
_PLAIN = re.compile(r"[A-Za-z]")


def check(subject: Subject) -> Iterator[Mark]:
    """Yield a mark at each such letter in a word that also has ASCII letters."""
    for index, character, looks_like in find_confusables(subject.text):
        message = f"U+{ord(character):04X} looks like {looks_like!r} but is another letter"
        yield Mark(subject.span_of(index), message, f"Write {looks_like!r} if you mean the ASCII letter.")


def find_confusables(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the index of each such letter, the letter, and the ASCII letter that it looks like.

    Only words that mix both are searched: in a word of one script, each letter is a letter of that script.
    """
    if text.isascii() or not _ODD.search(text):
        return
    for word in _WORD.finditer(text):
        odd = list(_ODD.finditer(word.group()))
        foreign = sum(not letter.isascii() for letter in word.group())
        # Other letters of the script show a word of that script, such as JSON with a Russian ending.
        is_disguised = len(odd) == foreign < len(_PLAIN.findall(word.group()))
        for match in odd if is_disguised else ():
            letter = match.group()
            yield word.start() + match.start(), letter, _PAIRS.get(letter) or normalize("NFKC", letter)
