from __future__ import annotations

import pytest
from basalt_cli.diff.prompt import compare_prompts
from basalt_cli.format.yaml.writer import quote
from basalt_cli.model.change import Risk
from hypothesis import given
from hypothesis import strategies as st

from tests.diff.pairs import PAIRS, source


@pytest.mark.parametrize(("old", "new", "expected"), PAIRS)
def test_typed_changes(old: str, new: str, expected: list[tuple[str, Risk]]) -> None:
    assert [(change.code, change.risk) for change in compare_prompts(source(old), source(new))] == expected


@pytest.mark.parametrize("text", [text for pair in PAIRS for text in pair[:2]])
def test_nothing_differs_from_itself(text: str) -> None:
    assert compare_prompts(source(text), source(text)) == ()


def test_a_prompt_comes_and_goes() -> None:
    only = source("prompt: a\n")
    assert [(c.code, c.risk) for c in compare_prompts(None, only)] == [("prompt-added", Risk.NONE)]
    assert [(c.code, c.risk) for c in compare_prompts(only, None)] == [("prompt-removed", Risk.BREAKING)]
    assert compare_prompts(None, None) == ()


def test_a_partial_says_which_one_changed() -> None:
    text = "prompt: |\n  {% include 'voice' %}\n"
    (change,) = compare_prompts(source(text, voice="be kind\n"), source(text, voice="be brief\n"))
    assert (change.code, change.path, change.risk) == ("partial-wording", "voice", Risk.WORDING)
    assert compare_prompts(source(text, voice="be kind\n"), source(text, voice="be kind")) == ()


@pytest.mark.parametrize(
    ("include", "old", "new", "expected"),
    [
        ("'v' ignore missing", {}, {"v": "x"}, ("partial-added", Risk.WORDING)),
        ("'v' ignore missing", {"v": "x"}, {}, ("partial-removed", Risk.WORDING)),
        ("'v'", {"v": "x"}, {}, ("partial-removed", Risk.BREAKING)),
        ("['u', 'v']", {"v": "x"}, {"u": "y", "v": "x"}, ("partial-added", Risk.WORDING)),
    ],
)
def test_partials_come_and_go(
    include: str, old: dict[str, str], new: dict[str, str], expected: tuple[str, Risk]
) -> None:
    text = f"prompt: |\n  {{% include {include} %}}\n"
    assert [(change.code, change.risk) for change in compare_prompts(source(text, **old), source(text, **new))] == [
        expected
    ]


def test_the_worst_comes_first() -> None:
    changes = compare_prompts(source("prompt: a\nname: x\n"), source("prompt: b\nname: y\nvariables: {v: string}\n"))
    assert [change.risk for change in changes] == [Risk.BREAKING, Risk.WORDING, Risk.NONE]


def test_the_table_is_long_enough() -> None:
    assert len(PAIRS) >= 60


# Codes that stand for each other when the sides are exchanged; every other code is its own mirror.
MIRRORED = {
    "variable-added": "variable-removed", "message-added": "message-removed", "tool-added": "tool-removed",
    "example-added": "example-removed", "variable-widened": "variable-narrowed", "variable-required": "variable-relaxed",
}  # fmt: skip
NARROWED = "variable-narrowed"
MIRRORED |= {new: old for old, new in MIRRORED.items()}
# What is judged by one side alone: what stops a rendering, what became a variable.
ONE_SIDED = {"unrenderable", "template-language"}


@pytest.mark.parametrize(("old", "new", "expected"), PAIRS)
def test_exchanged_sides_give_mirrored_changes(old: str, new: str, expected: object) -> None:
    there, back = compare_prompts(source(old), source(new)), compare_prompts(source(new), source(old))
    if {change.code for change in (*there, *back)} & ONE_SIDED:
        return
    # Of two variables that each take what the other refuses, both ways are narrower.
    both = {c.path for c in there if c.code == NARROWED} & {c.path for c in back if c.code == NARROWED}
    forth = [MIRRORED.get(c.code, c.code) if c.path not in both else c.code for c in there]
    assert sorted(forth) == sorted(c.code for c in back)
    mirrored = {(c.code, repr(c.new), repr(c.old)) for c in back}
    assert {(c.code, repr(c.old), repr(c.new)) for c in there if c.code not in MIRRORED} <= mirrored


SPACES = st.sampled_from(["", " ", "  "])


@given(st.lists(st.tuples(st.sampled_from(["a", "b c", "<x>", "1"]), SPACES, SPACES), max_size=6), st.booleans())
def test_formatting_alone_is_no_change(parts: list[tuple[str, str, str]], comment: bool) -> None:
    plain = "".join(f"{word}{{{{ v }}}}" for word, _, _ in parts) + "end"
    spaced = (
        "".join(f"{word}{{{{{left}v{right}}}}}" for word, left, right in parts)
        + ("{# note #}" if comment else "")
        + "end"
    )
    head = "variables: {v: any}\n"
    old = source(f"{head}prompt: {quote(plain)}\nmetadata: {{a: 1, b: 2}}\n")
    new = source(f"# A comment\nmetadata:\n  b: 2 # two\n  a: 1\nprompt: {quote(spaced)}\n{head}")
    assert compare_prompts(old, new) == ()


@given(st.integers(0, len(PAIRS) - 1), st.integers(0, len(PAIRS) - 1))
def test_any_two_prompts_compare_without_an_error(left: int, right: int) -> None:
    old, new = source(PAIRS[left][0]), source(PAIRS[right][1])
    changes = compare_prompts(old, new)
    assert all(change.message and "\n" not in change.message for change in changes)
    assert [change.risk for change in changes] == sorted((change.risk for change in changes), reverse=True)
