"""Suppression comments: ``# basalt: ignore[T302] reason``, with braces around the comment inside a template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from basalt_cli.format.yaml.positions import line_and_column
from basalt_cli.lint.rule import Mark, scalars_of
from basalt_cli.lint.rule_choice import Choice, names_rule, suggest_rule
from basalt_cli.lint.rules import FILE_RULES, RULES
from basalt_cli.model.config import RuleSelector
from basalt_cli.model.finding import Finding
from basalt_cli.model.source import Edit, Fix, Node, Scalar, Span

# `disable` and `noqa` are the words of other linters: a comment that has one of them, or names no rule, is reported.
_COMMENT = re.compile(r"#-?[ \t]*basalt:[ \t]*(?:ignore|disable|noqa)\b(?:\[([^\]\n]{0,400})\])?")
_WHOLE_JINJA_COMMENT = re.compile(r"\s*\{#[^\n]*#\}\s*\Z")


class Suppression(NamedTuple):
    """One suppression comment.

    ``rules`` are the codes, names and families in it, as written; ``line`` is the line that it applies to, None for
    the whole file. ``start`` is the index of its ``#``. ``whole`` is the range of characters to delete in order to
    remove the comment with its reason; None inside a template, where deleting it would change the text.
    """

    rules: tuple[str, ...]
    line: int | None
    span: Span
    start: int = 0
    whole: tuple[int, int] | None = None

    def covers(self, finding: Finding) -> bool:
        """Return whether the comment suppresses a finding of its file."""
        return self.line in (None, finding.span.line) and suppresses(self.rules, finding.code)

    def without(self, text: str, rule: str) -> Fix | None:
        """Return the fix that removes one rule from the comment, and the comment itself with its last rule."""
        if self.whole is None or rule not in self.rules:
            return None
        rest = [name for name in self.rules if name != rule]
        if not rest:
            return Fix((Edit(*self.whole, ""),))
        opening = text.index("[", self.start) + 1
        return Fix((Edit(opening, text.index("]", opening), ", ".join(rest)),))


def find_suppressions(text: str, root: Node | None, *, is_partial: bool = False) -> tuple[Suppression, ...]:
    """Return the suppressions of a file.

    ``root`` is its YAML, None where it has none. The whole text of a partial is a template.
    """
    if "basalt:" not in text:
        return ()
    # Inside a key or value, `#` starts no YAML comment; a template there can hold a comment of Jinja2's.
    templates = [_find_content(text, scalar) for scalar in scalars_of(root)] if root is not None else []
    if is_partial:
        templates = [(0, len(text))]
    first_line = root.span.line if root is not None else 2
    found = []
    for match in _COMMENT.finditer(text):
        is_in_template = any(start <= match.start() < end for start, end in templates)
        is_template_comment = text[: match.start()].endswith("{")
        if is_in_template is not is_template_comment:
            continue
        line, column = line_and_column(text, match.start())
        names = (match.group(1) or "").split(",") if "ignore" in match.group() else []
        rules = tuple(name.strip() for name in names if name.strip())
        span = Span(line, column, line, column + len(match.group()))
        is_head = line < first_line and _is_alone_on_line(text, match, is_in_template=is_in_template)
        whole = None if is_in_template else _find_whole_comment(text, match.start())
        found.append(Suppression(rules, None if is_head else line, span, match.start(), whole))
    return tuple(found)


def suppresses(names: Iterable[str], code: str) -> bool:
    """Return whether one of the codes, names and families of a comment stands for the rule with a code."""
    return any(code == rule.ID and names_rule(RuleSelector(name), rule) for name in names for rule in RULES)


def find_unused(
    suppressions: Iterable[Suppression], findings: list[Finding], choice: Choice, text: str, *, is_complete: bool
) -> Iterator[Mark]:
    """Yield a mark for each suppression, or each rule in one, that is unknown or suppresses no finding.

    ``findings`` are those of all other rules. A file that could not be read completely (``is_complete`` is false) may
    have findings that are not known yet: only unknown rules are reported then.
    """
    for comment in suppressions:
        if not comment.rules:
            yield Mark(
                comment.span, "the comment names no rule", "Write the code of a rule: # basalt: ignore[T302] reason"
            )
        for name in comment.rules:
            selector = RuleSelector(name)
            if not any(names_rule(selector, rule) for rule in RULES):
                yield Mark(comment.span, f"{name!r} is not a rule", suggest_rule(name))
            elif is_complete and any(names_rule(selector, rule) for rule, _ in choice.pick(FILE_RULES, None)):
                alone = comment._replace(rules=(name,))
                if not any(alone.covers(finding) for finding in findings):
                    fix = comment.without(text, name)
                    yield Mark(comment.span, f"{name} has no finding here", "Remove it from the comment.", fix)


def _find_content(text: str, scalar: Scalar) -> tuple[int, int]:
    """Return the range of a scalar that may hold a template: in a block scalar, all after its first line."""
    is_block = scalar.style in ("|", ">")
    return (text.find("\n", scalar.start) if is_block else scalar.start), scalar.end


def _is_alone_on_line(text: str, match: re.Match[str], *, is_in_template: bool) -> bool:
    start = text.rfind("\n", 0, match.start()) + 1
    if is_in_template:
        return _WHOLE_JINJA_COMMENT.match(text[start : _find_line_end(text, match.start())]) is not None
    return not text[start : match.start()].strip()


def _find_whole_comment(text: str, start: int) -> tuple[int, int]:
    """Return the range of a YAML comment; with its line break if the line holds nothing else."""
    line_start, line_end = text.rfind("\n", 0, start) + 1, _find_line_end(text, start)
    before = text[line_start:start].rstrip(" \t")
    if not before:
        return line_start, min(line_end + 1, len(text))
    has_return = text[line_end - 1 : line_end] == "\r"
    return line_start + len(before), line_end - has_return


def _find_line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end
