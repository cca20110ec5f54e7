"""Compare two texts of a template: what is said, what is shown, and what decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from basalt_cli.diff.word_diff import Kind, count_words, diff_words
from basalt_cli.format.template.pieces import PieceKind, TemplatePiece, cut_template
from basalt_cli.model.change import Change, Risk
from basalt_cli.model.prompt import Whitespace
from basalt_cli.text.words import plural

_INCLUDING = ("include ", "import ", "from ", "extends ")
_PLACEHOLDER = re.compile(r"\$?\{([A-Za-z_]\w*)\}|<<([A-Za-z_]\w*)>>|%\(([A-Za-z_]\w*)\)s")
_DEFAULTS = Whitespace()


def compare_texts(
    path: str, old: str, new: str, whitespace: tuple[Whitespace, Whitespace] = (_DEFAULTS, _DEFAULTS)
) -> Iterator[Change]:
    """Yield the change from one template text to another, if they can render differently."""
    before, after = cut_template(old, whitespace[0]), cut_template(new, whitespace[1])
    if before == after:
        return
    code, risk, what = _judge(before, after)
    yield Change(code, path, as_sent(old, whitespace[0]), as_sent(new, whitespace[1]), risk, what.format(path=path))


def as_sent(text: str, whitespace: Whitespace) -> str:
    """Drop the last line break, as Jinja2 does unless it is told to keep it."""
    return text if whitespace.keep_trailing_newline else text.removesuffix("\n")


def _judge(before: tuple[TemplatePiece, ...], after: tuple[TemplatePiece, ...]) -> tuple[str, Risk, str]:
    """Return code, risk and sentence, of all that changed the one that matters most."""
    was, now = _of_kind(before, PieceKind.STATEMENT), _of_kind(after, PieceKind.STATEMENT)
    if _logic(was) != _logic(now):
        return "logic", Risk.BEHAVIOURAL, "the conditions or loops of {path} changed"
    adopted = _find_adopted(before, after)
    if adopted:
        names = ", ".join(adopted)
        message = f"placeholders in {{path}} became variables: {names} is now replaced by its value"
        return "template-language", Risk.BEHAVIOURAL, message
    if was != now:
        return "include", Risk.BEHAVIOURAL, "{path} " + _describe_includes(was, now)
    if _of_kind(before, PieceKind.EXPRESSION) != _of_kind(after, PieceKind.EXPRESSION):
        return "expression", Risk.WORDING, "the values that {path} shows changed"
    return "wording", Risk.WORDING, "the words of {path} changed: " + _amount(before, after)


def _of_kind(pieces: tuple[TemplatePiece, ...], kind: PieceKind) -> list[str]:
    return [piece.text for piece in pieces if piece.kind is kind]


def _logic(statements: list[str]) -> list[str]:
    return [statement for statement in statements if not statement.startswith(_INCLUDING)]


def _find_adopted(before: tuple[TemplatePiece, ...], after: tuple[TemplatePiece, ...]) -> list[str]:
    """Return the names that stood in braces of another language and are variables now."""
    names = [name for text in _of_kind(before, PieceKind.TEXT) for name in _placeholders(text)]
    left = {name for text in _of_kind(after, PieceKind.TEXT) for name in _placeholders(text)}
    shown = {expression.partition(" ")[0] for expression in _of_kind(after, PieceKind.EXPRESSION)}
    return [name for name in dict.fromkeys(names) if name not in left and name in shown]


def _placeholders(text: str) -> Iterator[str]:
    for match in _PLACEHOLDER.finditer(text):
        yield next(group for group in match.groups() if group)


def _describe_includes(was: list[str], now: list[str]) -> str:
    gone = [statement for statement in was if statement not in now]
    new = [statement for statement in now if statement not in was]
    if gone and new:
        return f"has {', '.join(new)} instead of {', '.join(gone)}"
    if gone:
        return f"no longer has {', '.join(gone)}"
    return f"now has {', '.join(new)}" if new else "includes in another order"


def _amount(before: tuple[TemplatePiece, ...], after: tuple[TemplatePiece, ...]) -> str:
    """Say how many words went and came; long texts are counted as a whole."""
    old, new = ("\n".join(piece.text for piece in pieces) for pieces in (before, after))
    pieces = diff_words(old, new)
    removed, added = count_words(pieces, Kind.REMOVED), count_words(pieces, Kind.ADDED)
    return f"{plural(removed, 'word')} out, {added} in" if removed or added else "blank space only"
