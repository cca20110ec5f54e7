from __future__ import annotations

from basalt_cli.model.change import Change, PromptDiff, Risk, unique_changes, worst_risk


def change(risk: Risk, new: object = None) -> Change:
    return Change("code", "path", None, new, risk, "message")  # type: ignore[arg-type]


def test_risks_are_ordered_and_named() -> None:
    assert sorted(Risk, reverse=True) == [Risk.BREAKING, Risk.BEHAVIOURAL, Risk.WORDING, Risk.NONE]
    assert [risk.label for risk in Risk] == ["none", "wording", "behavioural", "breaking"]


def test_the_worst_risk_of_some_changes() -> None:
    assert worst_risk([]) is Risk.NONE
    assert worst_risk([change(Risk.WORDING), change(Risk.BREAKING), change(Risk.NONE)]) is Risk.BREAKING
    assert PromptDiff("a", None, None, (change(Risk.WORDING),)).risk is Risk.WORDING


def test_changes_are_kept_once_in_order() -> None:
    one, other = change(Risk.NONE, {"a": [1]}), change(Risk.NONE, {"a": [2]})
    assert unique_changes([one, other, change(Risk.NONE, {"a": [1]})]) == (one, other)
