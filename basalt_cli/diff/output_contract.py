"""Compare the texts that a program may search for in the model's answer: a change of one can break a parser."""

from __future__ import annotations

import re
from collections.abc import Iterator

from basalt_cli.diff.prompt_text import PromptText
from basalt_cli.format.template.pieces import PieceKind, cut_template
from basalt_cli.model.change import Change, Risk
from basalt_cli.text.words import list_names

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)([A-Za-z][\w+-]*)", re.MULTILINE)
_TAG = re.compile(r"</?[A-Za-z][\w:.-]*>")
_KEY = re.compile(r'"([A-Za-z_][\w-]*)"\s*:')
_SENTINEL = re.compile(r"^[ \t]*((?:[#*=_-]{2,} ?)?[A-Z][A-Z0-9_ -]{2,}:?(?: ?[#*=_-]{2,})?)[ \t]*$", re.MULTILINE)
_QUOTED_WORD = re.compile(r"[\"'`]([A-Z][A-Z0-9_]{2,})[\"'`]")
_MOST_NAMED = 6


def compare_contracts(old: PromptText, new: PromptText) -> Iterator[Change]:
    """Yield one change that lists the tokens which only one version has; none where both have the same."""
    before, after = _find_tokens(old), _find_tokens(new)
    removed = [token for token in before if token not in after]
    added = [token for token in after if token not in before]
    if removed or added:
        lists = (("removed", removed), ("added", added))
        parts = "; ".join(f"{word}: {list_names(tokens, _MOST_NAMED)}" for word, tokens in lists if tokens)
        message = f"output contract: text that a program may search for changed ({parts})"
        yield Change("output-contract", "", [*removed], [*added], Risk.BEHAVIOURAL, message)


def _find_tokens(source: PromptText) -> dict[str, None]:
    """Return the tokens in the fixed text of templates and partials as ordered keys."""
    found: dict[str, None] = {}
    for text in source.texts:
        for piece in cut_template(text, source.prompt.whitespace):
            if piece.kind is PieceKind.TEXT:
                found |= dict.fromkeys(find_tokens(piece.text))
    return found


def find_tokens(text: str) -> Iterator[str]:
    """Yield the named code fences, tags, JSON keys, sentinel lines, and quoted words in capitals of a text."""
    yield from (f"```{name}" for name in _FENCE.findall(text))
    yield from _TAG.findall(text)
    yield from (f'"{name}":' for name in _KEY.findall(text))
    yield from (line.strip() for line in _SENTINEL.findall(text))
    yield from _QUOTED_WORD.findall(text)
