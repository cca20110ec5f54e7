"""Which rules run, with which severity, where."""

from __future__ import annotations

import pytest
from basalt_cli.errors import BasaltError, UsageError
from basalt_cli.lint.rule_choice import choose_rules, find_rule, names_rule
from basalt_cli.lint.rules import FILE_RULES, OFF_BY_DEFAULT, RULES
from basalt_cli.model.config import LintPolicy, RuleSelector
from basalt_cli.model.source import Span

from tests.lint.trees import selectors

EVERY = {rule.ID for rule in RULES}
DEFAULT = {rule.ID for rule in RULES if rule.NAME not in OFF_BY_DEFAULT}
TEMPLATES = {code for code in EVERY if code[0] == "T"}


def codes(policy: LintPolicy, command_line: LintPolicy = LintPolicy()) -> set[str]:  # noqa: B008 - immutable
    return set(choose_rules(policy, command_line).severities)


def test_without_a_policy_all_rules_run_but_those_that_are_off_by_default() -> None:
    assert codes(LintPolicy()) == DEFAULT
    assert sorted(EVERY - DEFAULT) == ["R702", "V405"]


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "chosen"),
    [
        (("T302",), (), (), {"T302"}),
        (("undeclared-variable",), (), (), {"T302"}),
        (("T",), (), (), TEMPLATES),
        (("ALL",), (), (), EVERY),
        ((), (), (), set()),
        (("R702",), (), ("R",), {"R702"}),
        (("R",), (), ("R702",), {code for code in EVERY if code[0] == "R"} - {"R702"}),
        (("T302",), (), ("T302",), set()),
        (("T",), (), ("T",), set()),
        (("ALL",), (), ("ALL",), set()),
        (("ALL",), (), ("T",), EVERY - TEMPLATES),
        (("T",), (), ("ALL",), TEMPLATES),
        (None, ("R702",), (), DEFAULT | {"R702"}),
        (None, ("V",), (), DEFAULT | {"V405"}),
        (None, (), ("T302",), DEFAULT - {"T302"}),
        (None, (), ("ALL",), set()),
        (("S201",), ("T302",), (), {"S201", "T302"}),
    ],
)
def test_the_most_specific_selector_decides_and_ignore_wins_between_equal_ones(
    select: tuple[str, ...] | None, extend: tuple[str, ...], ignore: tuple[str, ...], chosen: set[str]
) -> None:
    chosen_by = LintPolicy(selectors(*select) if select is not None else None, selectors(*extend), selectors(*ignore))
    assert codes(chosen_by) == chosen
    assert codes(LintPolicy(), chosen_by) == chosen


def test_select_on_the_command_line_replaces_that_of_the_file_and_the_rest_is_added() -> None:
    file = LintPolicy(select=selectors("S"), extend_select=selectors("R702"), ignore=selectors("T302"))
    line = LintPolicy(select=selectors("T302", "T303"), extend_select=selectors("Y101"), ignore=selectors("T303"))
    assert codes(file, line) == {"R702", "Y101"}


def test_the_most_specific_severity_applies() -> None:
    severities = tuple(
        (RuleSelector(name), severity) for name, severity in (("T302", "info"), ("T", "warning"), ("ALL", "error"))
    )
    found = choose_rules(LintPolicy(severities=severities)).severities
    assert (found["T302"], found["T301"], found["R701"]) == ("info", "warning", "error")
    assert choose_rules(LintPolicy(severities=severities[:1])).severities["T301"] == "error"


def test_a_path_pattern_ignores_rules_in_the_files_that_match() -> None:
    ignores = (("prompts/old/*", selectors("T", "S201")), ("prompts/old/a.yaml", selectors("secret")))
    choice = choose_rules(LintPolicy(path_ignores=ignores))
    run = {rule.ID for rule, _ in choice.pick(FILE_RULES, "prompts/old/a.yaml")}
    every = {rule.ID for rule, _ in choice.pick(FILE_RULES, None)}
    assert every - run == {code for code in every if code[0] == "T"} | {"S201", "X605"}
    assert {rule.ID for rule, _ in choice.pick(FILE_RULES, "prompts/new.yaml")} == every
    assert choice.is_ignored("T302", "prompts/old/b.yaml")
    assert not choice.is_ignored("X605", "prompts/old/b.yaml")
    assert not choice.is_ignored("T302", "prompts/new.yaml")


def test_rules_are_picked_with_their_severity_in_their_order() -> None:
    choice = choose_rules(LintPolicy(select=selectors("T303", "Y101")))
    assert [(rule.ID, severity) for rule, severity in choice.pick(FILE_RULES, None)] == [
        ("Y101", "error"),
        ("T303", "warning"),
    ]


@pytest.mark.parametrize("name", ["T302", "t302", "undeclared-variable"])
def test_a_rule_is_found_by_its_code_or_name(name: str) -> None:
    assert find_rule(name).ID == "T302"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("T3O2", "Did you mean 'T302'? See basalt rule --all."),
        ("y1o1", "Did you mean 'Y101'? See basalt rule --all."),
        ("YIOI", "Did you mean 'Y101'? See basalt rule --all."),
        ("undeclared-varible", "Did you mean 'undeclared-variable'? See basalt rule --all."),
        ("something else", "See basalt rule --all."),
        ("Undeclared-Variable", "Did you mean 'undeclared-variable'? See basalt rule --all."),
    ],
)
def test_an_unknown_rule_is_refused_with_a_suggestion(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_rule(name)
    assert (caught.value.message, caught.value.hint) == (f"there is no rule {name!r}", hint)


UNKNOWN = RuleSelector("T3O2")


@pytest.mark.parametrize(
    "policy",
    [
        LintPolicy(select=(UNKNOWN,)),
        LintPolicy(extend_select=(UNKNOWN,)),
        LintPolicy(ignore=(UNKNOWN,)),
        LintPolicy(severities=((UNKNOWN, "info"),)),
        LintPolicy(path_ignores=(("*", (UNKNOWN,)),)),
    ],
)
def test_a_selector_that_names_no_rule_is_refused_wherever_it_is(policy: LintPolicy) -> None:
    with pytest.raises(UsageError) as caught:
        choose_rules(policy)
    assert caught.value.message == "'T3O2' is not a rule, a family or ALL"
    assert caught.value.hint == "Did you mean 'T302'? See basalt rule --all."


def test_a_selector_of_the_file_that_names_no_rule_is_refused_with_its_place() -> None:
    with pytest.raises(BasaltError) as caught:
        choose_rules(LintPolicy(ignore=(RuleSelector("Q", Span(3, 12, 3, 13)),)))
    assert not isinstance(caught.value, UsageError)
    assert str(caught.value.place) == "basalt.yaml:3:12"
    assert caught.value.message == "'Q' is not a rule, a family or ALL"


@pytest.mark.parametrize(
    ("name", "is_named"),
    [("T302", True), ("undeclared-variable", True), ("T", True), ("ALL", True), ("T303", False), ("t302", False), ("all", False), ("", False)],
)  # fmt: skip
def test_a_selector_names_a_rule_by_code_name_family_or_all(name: str, is_named: bool) -> None:
    assert names_rule(RuleSelector(name), find_rule("T302")) is is_named
