"""Comments that switch lint rules off: ``# basalt: ignore[T302] reason``, with braces around inside a template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.format.yaml.positions import line_and_column
from basalt_cli.model.source import Edit, Fix, Mapping, Node, Scalar, Span

# Without rules, or with another word that other linters take, it is a mistake to be told of.
_COMMENT = re.compile(r"#-?[ \t]*basalt:[ \t]*(?:ignore|disable|noqa)\b(?:\[([^\]\n]{0,400})\])?")
_WHOLE_JINJA_COMMENT = re.compile(r"\s*\{#[^\n]*#\}\s*\Z")


class Suppression(NamedTuple):
    """One comment: the rules that it names, as written, and the line that it holds for; None for the whole file.

    ``start`` is the index of its ``#``, and ``whole`` the stretch to delete to be rid of it, with its reason; None
    inside a template, where the text around it would change.
    """

    rules: tuple[str, ...]
    line: int | None
    span: Span
    start: int = 0
    whole: tuple[int, int] | None = None

    def without(self, text: str, rule: str) -> Fix | None:
        """Return the edit that takes a rule out of the comment, and the comment away with its last one."""
        if self.whole is None:
            return None
        rest = [name for name in self.rules if name != rule]
        if rule not in self.rules:
            return None
        if not rest:
            return Fix((Edit(*self.whole, ""),))
        opening = text.index("[", self.start) + 1
        return Fix((Edit(opening, text.index("]", opening), ", ".join(rest)),))


def find_suppressions(text: str, root: Node | None, *, is_partial: bool = False) -> tuple[Suppression, ...]:
    """Return the suppressions of a file; ``root`` is its YAML, None where it is none; a partial is a template."""
    if "basalt:" not in text:
        return ()
    texts = [_content(text, scalar) for scalar in _scalars(root)] if root is not None else []
    if is_partial:
        texts = [(0, len(text))]
    first_line = root.span.line if root is not None else 2
    found = []
    for match in _COMMENT.finditer(text):
        is_in_template = any(start <= match.start() < end for start, end in texts)
        is_template_comment = text[: match.start()].endswith("{")
        if is_in_template is not is_template_comment:
            continue
        line, column = line_and_column(text, match.start())
        rules = tuple(name.strip() for name in (match.group(1) or "").split(",") if name.strip())
        rules = rules if "ignore" in match.group() else ()
        span = Span(line, column, line, column + len(match.group()))
        is_head = line < first_line and _stands_alone(text, match, is_in_template)
        whole = None if is_in_template else _whole_comment(text, match.start())
        found.append(Suppression(rules, None if is_head else line, span, match.start(), whole))
    return tuple(found)


def _content(text: str, scalar: Scalar) -> tuple[int, int]:
    """Return the stretch of a scalar that may hold a template; the first line of a block only opens it."""
    is_block = scalar.style in ("|", ">")
    return (text.find("\n", scalar.start) if is_block else scalar.start), scalar.end


def _stands_alone(text: str, match: re.Match[str], is_in_template: bool) -> bool:
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.start())
    if is_in_template:
        return _WHOLE_JINJA_COMMENT.match(text[start : len(text) if end < 0 else end]) is not None
    return not text[start : match.start()].strip()


def _whole_comment(text: str, start: int) -> tuple[int, int]:
    """Return the stretch of a YAML comment: to the end of its line, with the line when nothing else stands there."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    before = text[line_start:start].rstrip(" \t")
    if not before:
        return line_start, min(line_end + 1, len(text))
    has_return = text[line_end - 1 : line_end] == "\r"
    return line_start + len(before), line_end - has_return


def _scalars(node: Node) -> Iterator[Scalar]:
    """Yield all keys and values that are text: inside them a ``#`` starts no comment."""
    if isinstance(node, Scalar):
        yield node
        return
    pairs = node.entries if isinstance(node, Mapping) else ()
    children = [child for pair in pairs for child in pair] if isinstance(node, Mapping) else node.items
    for child in children:
        yield from _scalars(child)
