"""Apply the comments that switch rules off, and find those that switch off nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from basalt_cli.lint.rule_choice import Choice, names_rule
from basalt_cli.lint.rules import FILE_RULES, RULES, unused_suppression
from basalt_cli.lint.suppressions import Suppression
from basalt_cli.model.config import RuleSelector
from basalt_cli.model.finding import Finding
from basalt_cli.text.words import did_you_mean


def apply_suppressions(
    findings: list[Finding],
    suppressions: tuple[Suppression, ...],
    choice: Choice,
    path: str,
    text: str,
    *,
    is_whole: bool,
) -> list[Finding]:
    """Return the findings that no comment switches off, and one for each comment, or part of one, without effect.

    Of a file that could not be looked through as a ``whole`` nobody knows what a comment would switch off.
    """
    kept = [finding for finding in findings if not any(_covers(comment, finding) for comment in suppressions)]
    severity = choice.severities.get(unused_suppression.ID)
    if severity is None or choice.is_ignored(unused_suppression.ID, path):
        return kept
    unused = [
        Finding(
            unused_suppression.ID,
            unused_suppression.NAME,
            severity,
            path,
            comment.span,
            message,
            hint,
            comment.without(text, name),
        )
        for comment in suppressions
        for name, message, hint in _useless_parts(comment, findings, choice, is_whole=is_whole)
    ]
    return kept + unused


def _covers(comment: Suppression, finding: Finding) -> bool:
    is_there = comment.line is None or comment.line == finding.span.line
    return is_there and suppresses(comment.rules, finding.code)


def suppresses(names: Iterable[str], code: str) -> bool:
    """Say whether some names of a comment, each a code, a name or a family, stand for a rule."""
    return any(_names(name, code) for name in names)


def _names(name: str, code: str) -> bool:
    return any(code == rule.ID and names_rule(RuleSelector(name), rule) for rule in RULES)


def _useless_parts(
    comment: Suppression, findings: list[Finding], choice: Choice, *, is_whole: bool
) -> Iterator[tuple[str, str, str]]:
    if not comment.rules:
        yield "", "the comment names no rule", "Write the code of one: # basalt: ignore[T302] reason"
    for name in comment.rules:
        if not any(names_rule(RuleSelector(name), rule) for rule in RULES):
            known = [*(rule.ID for rule in RULES), *(rule.NAME for rule in RULES)]
            yield "", f"{name!r} is no rule", f"{did_you_mean(name, known)}See basalt rule --all."
        elif is_whole and any(names_rule(RuleSelector(name), rule) for rule, _ in choice.pick(FILE_RULES, None)):
            alone = comment._replace(rules=(name,))
            if not any(_covers(alone, finding) for finding in findings):
                yield name, f"{name} finds nothing here", "Take it out of the comment."
