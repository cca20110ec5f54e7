"""Expressions over the names of cases."""

from __future__ import annotations

import pytest
from basalt_cli.errors import UsageError
from basalt_cli.testing.case_choice import CaseChoice
from hypothesis import given
from hypothesis import strategies as st

NAMES = ("reply::late parcel", "reply::lost parcel", "reply::parcel", "reply::other")


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("late", [0]), ("LATE or lost", [0, 1]), ("parcel and not (late or lost)", [2]), ("not parcel", [3]),
        ("reply::o", [3]), ("not not late", [0]), ("other or late and lost", [3]), ("(other or late) and parcel", [0]),
        ("not late and not lost and not other", [2]), ("((late))", [0]), ("(late)or(lost)", [0, 1]), ("  late  ", [0]),
        ("nothing", []), ("parcel or late", [0, 1, 2]), ("notlate", []), ("NOT", []),
    ],
)  # fmt: skip
def test_an_expression_chooses_names(expression: str, chosen: list[int]) -> None:
    choice = CaseChoice(expression)
    assert [index for index, name in enumerate(NAMES) if choice.matches(name)] == chosen


@pytest.mark.parametrize(
    "expression",
    ["", " ", "and", "or", "late and", "or late", "(late", "late)", "()", "not", "a b", "a not b", "not " * 200 + "x"],
)
def test_what_is_not_an_expression_is_refused(expression: str) -> None:
    with pytest.raises(UsageError) as caught:
        CaseChoice(expression)
    assert caught.value.message == f"-k cannot be understood: {expression!r}"
    assert caught.value.hint == "Example: -k 'late and not parcel'."


def test_an_expression_may_have_200_words() -> None:
    assert CaseChoice("not " * 199 + "x").matches("y")


words = st.sampled_from(["late", "lost", "parcel", "other", "zzz"])
trees = st.recursive(
    words,
    lambda inner: st.one_of(st.tuples(st.just("not"), inner), st.tuples(inner, st.sampled_from(["and", "or"]), inner)),
    max_leaves=12,
)


def write(tree: object) -> str:
    if isinstance(tree, tuple):
        return f"({' '.join(part if part in ('and', 'or', 'not') else write(part) for part in tree)})"
    return str(tree)


def judge(tree: object, name: str) -> bool:
    if isinstance(tree, str):
        return tree in name
    assert isinstance(tree, tuple)
    if tree[0] == "not":
        return not judge(tree[1], name)
    left, operator, right = tree
    return judge(left, name) and judge(right, name) if operator == "and" else judge(left, name) or judge(right, name)


@given(trees)
def test_an_expression_means_what_its_brackets_mean(tree: object) -> None:
    choice = CaseChoice(write(tree))
    assert [choice.matches(name) for name in NAMES] == [judge(tree, name) for name in NAMES]
