"""Choose the rules to run, by basalt.yaml and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple, TypeVar

from basalt_cli.errors import BasaltError, Place, UsageError
from basalt_cli.lint.rule import RuleText
from basalt_cli.lint.rules import OFF_BY_DEFAULT, RULES
from basalt_cli.model.config import CONFIG_NAME, LintPolicy, RuleSelector
from basalt_cli.text.words import did_you_mean

AnyRule = TypeVar("AnyRule", bound=RuleText)

ALL = "ALL"
# How specific a selector is for a rule. The most specific one decides; of two equal ones, the one that ignores.
_NOT_NAMED, _EVERYTHING, _FAMILY, _EXACT = -1, 0, 1, 2


class Choice(NamedTuple):
    """The rules to run: severities by code, and for each path pattern the codes that are ignored there."""

    severities: dict[str, str]
    path_ignores: tuple[tuple[str, frozenset[str]], ...]

    def pick(self, rules: Iterable[AnyRule], path: str | None) -> Iterator[tuple[AnyRule, str]]:
        """Yield the rules that run on a file, with their severities; with the path None, path patterns do not apply."""
        ignored = {
            code for pattern, codes in self.path_ignores if path and fnmatchcase(path, pattern) for code in codes
        }
        for rule in rules:
            if rule.ID in self.severities and rule.ID not in ignored:
                yield rule, self.severities[rule.ID]

    def is_ignored(self, code: str, path: str) -> bool:
        """Return whether a rule is ignored in a file; ``path`` is from the project's folder."""
        return any(code in codes and fnmatchcase(path, pattern) for pattern, codes in self.path_ignores)


def choose_rules(policy: LintPolicy, command_line: LintPolicy = LintPolicy()) -> Choice:  # noqa: B008 - immutable
    """Return the rules to run: ``select`` of the command line replaces that of basalt.yaml, the rest is added to it.

    Raises UsageError (command line) or BasaltError (basalt.yaml) for a selector that names no rule.
    """
    select = policy.select if command_line.select is None else command_line.select
    extra = (*policy.extend_select, *command_line.extend_select)
    ignore = (*policy.ignore, *command_line.ignore)
    named = [*(select or ()), *extra, *ignore, *(selector for selector, _ in policy.severities)]
    for selector in (*named, *(selector for _, selectors in policy.path_ignores for selector in selectors)):
        _require_known(selector)
    chosen = [rule for rule in RULES if _is_chosen(rule, select, extra, ignore)]
    ignores = tuple((pattern, _codes(selectors)) for pattern, selectors in policy.path_ignores)
    return Choice({rule.ID: _severity(rule, policy) for rule in chosen}, ignores)


def find_rule(name: str) -> RuleText:
    """Return the rule with a code or a name; raises UsageError if there is none."""
    for rule in RULES:
        if name.upper() == rule.ID or name == rule.NAME:
            return rule
    raise UsageError(f"there is no rule {name!r}", hint=suggest_rule(name))


def names_rule(selector: RuleSelector, rule: RuleText) -> bool:
    """Return whether a selector names a rule: by its code, name or family, or as ``ALL``."""
    return _closeness(rule, selector) > _NOT_NAMED


def _is_chosen(
    rule: RuleText,
    select: tuple[RuleSelector, ...] | None,
    extra: tuple[RuleSelector, ...],
    ignore: tuple[RuleSelector, ...],
) -> bool:
    default = _EVERYTHING if select is None and rule.NAME not in OFF_BY_DEFAULT else _NOT_NAMED
    wanted = max([default, *(_closeness(rule, selector) for selector in (*(select or ()), *extra))])
    refused = max([_NOT_NAMED, *(_closeness(rule, selector) for selector in ignore)])
    return wanted > refused


def _closeness(rule: RuleText, selector: RuleSelector) -> int:
    if selector.text in (rule.ID, rule.NAME):
        return _EXACT
    if selector.text == rule.ID[0]:
        return _FAMILY
    return _EVERYTHING if selector.text == ALL else _NOT_NAMED


def _severity(rule: RuleText, policy: LintPolicy) -> str:
    found = [(_closeness(rule, selector), severity) for selector, severity in policy.severities]
    named = [(closeness, severity) for closeness, severity in found if closeness > _NOT_NAMED]
    return max(named, key=lambda pair: pair[0])[1] if named else rule.SEVERITY


def _codes(selectors: tuple[RuleSelector, ...]) -> frozenset[str]:
    return frozenset(rule.ID for rule in RULES if any(names_rule(selector, rule) for selector in selectors))


def _require_known(selector: RuleSelector) -> None:
    if any(names_rule(selector, rule) for rule in RULES):
        return
    message = f"{selector.text!r} is not a rule, a family or ALL"
    hint = suggest_rule(selector.text)
    if selector.span is None:
        raise UsageError(message, hint=hint)
    raise BasaltError(message, hint=hint, place=Place(CONFIG_NAME, selector.span.line, selector.span.column))


def suggest_rule(name: str) -> str:
    """Return the hint for a name that no rule has, with the rule that has the most similar code or name."""
    code = name.upper().replace("O", "0").replace("I", "1")
    known = [*(rule.NAME for rule in RULES), *(rule.ID for rule in RULES)]
    guess = f"Did you mean {code!r}? " if code in known else did_you_mean(name, known)
    return f"{guess}See basalt rule --all."
