"""Compare template texts: fixed words, shown values, includes, and the statements that decide what is rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from basalt_cli.diff.prompt_text import PromptText
from basalt_cli.diff.words import WordKind, count_words, diff_words
from basalt_cli.format.prompt.needs import find_missing
from basalt_cli.format.template.pieces import PieceKind, TemplatePiece, cut_template
from basalt_cli.model.change import Change, Risk
from basalt_cli.model.prompt import Whitespace

_INCLUDING = ("include ", "import ", "from ", "extends ")
_PLACEHOLDER = re.compile(r"\$?\{([A-Za-z_]\w*)\}|<<([A-Za-z_]\w*)>>|%\(([A-Za-z_]\w*)\)s")


def compare_partials(old: PromptText, new: PromptText) -> Iterator[Change]:
    """Yield the changes of the partials that either version includes, sorted by path."""
    before, after = old.partials, new.partials
    missing = find_missing(new.prompt, after)
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            risk = Risk.BREAKING if path in missing else Risk.WORDING
            yield Change("partial-removed", path, before[path], None, risk, f"{path} is no longer included")
        elif path not in before:
            yield Change("partial-added", path, None, after[path], Risk.WORDING, f"{path} is now included")
        elif before[path] != after[path]:
            spaces = (old.prompt.whitespace, new.prompt.whitespace)
            for change in compare_texts(path, before[path], after[path], spaces):
                yield change._replace(code=f"partial-{change.code}")


def compare_texts(path: str, old: str, new: str, whitespace: tuple[Whitespace, Whitespace]) -> Iterator[Change]:
    """Yield one change where two template texts can render differently, none otherwise.

    ``whitespace`` has the settings of the old and the new prompt.
    """
    before, after = cut_template(old, whitespace[0]), cut_template(new, whitespace[1])
    if before == after:
        return
    code, risk, message = _judge(path, before, after)
    yield Change(code, path, as_sent(old, whitespace[0]), as_sent(new, whitespace[1]), risk, message)


def as_sent(text: str, whitespace: Whitespace) -> str:
    """Return the text without its last line break, which Jinja2 drops unless ``keep_trailing_newline`` is set."""
    return text if whitespace.keep_trailing_newline else text.removesuffix("\n")


def _judge(path: str, old: Sequence[TemplatePiece], new: Sequence[TemplatePiece]) -> tuple[str, Risk, str]:
    """Return code, risk and message of the most serious difference."""
    before, after = _texts_of(old, PieceKind.STATEMENT), _texts_of(new, PieceKind.STATEMENT)
    if _without_includes(before) != _without_includes(after):
        return "logic", Risk.BEHAVIOURAL, f"the conditions or loops of {path} changed"
    adopted = _find_adopted(old, new)
    if adopted:
        message = f"placeholders in {path} became variables: {', '.join(adopted)} is now replaced by its value"
        return "template-language", Risk.BEHAVIOURAL, message
    if before != after:
        return "include", Risk.BEHAVIOURAL, f"{path} {_describe_includes(before, after)}"
    if _texts_of(old, PieceKind.EXPRESSION) != _texts_of(new, PieceKind.EXPRESSION):
        return "expression", Risk.WORDING, f"the values that {path} shows changed"
    return "wording", Risk.WORDING, f"the words of {path} changed: {_describe_words(old, new)}"


def _texts_of(pieces: Sequence[TemplatePiece], kind: PieceKind) -> list[str]:
    return [piece.text for piece in pieces if piece.kind is kind]


def _without_includes(statements: list[str]) -> list[str]:
    return [statement for statement in statements if not statement.startswith(_INCLUDING)]


def _find_adopted(old: Sequence[TemplatePiece], new: Sequence[TemplatePiece]) -> list[str]:
    """Return the names that were placeholders of another template language and are Jinja2 variables now."""
    left = set(_find_placeholders(new))
    shown = {expression.partition(" ")[0] for expression in _texts_of(new, PieceKind.EXPRESSION)}
    return [name for name in dict.fromkeys(_find_placeholders(old)) if name not in left and name in shown]


def _find_placeholders(pieces: Sequence[TemplatePiece]) -> Iterator[str]:
    for text in _texts_of(pieces, PieceKind.TEXT):
        for match in _PLACEHOLDER.finditer(text):
            yield next(name for name in match.groups() if name)


def _describe_includes(before: list[str], after: list[str]) -> str:
    removed = ", ".join(statement for statement in before if statement not in after)
    added = ", ".join(statement for statement in after if statement not in before)
    if removed and added:
        return f"has {added} instead of {removed}"
    if removed:
        return f"no longer has {removed}"
    return f"now has {added}" if added else "has the same includes in another order"


def _describe_words(old: Sequence[TemplatePiece], new: Sequence[TemplatePiece]) -> str:
    pieces = diff_words(*("\n".join(piece.text for piece in side) for side in (old, new)))
    removed, added = count_words(pieces, WordKind.REMOVED), count_words(pieces, WordKind.ADDED)
    return f"+{added:,} -{removed:,} words" if removed or added else "whitespace only"
