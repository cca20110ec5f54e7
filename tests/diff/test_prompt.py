from __future__ import annotations

import pytest
from basalt_cli.diff.prompt import compare_closures, compare_prompts
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.format.yaml.writer import quote
from basalt_cli.model.change import Change, Risk
from hypothesis import given
from hypothesis import strategies as st

from tests.diff.pairs import PAIRS, source


@pytest.mark.parametrize(("old", "new", "expected"), PAIRS)
def test_typed_changes(old: str, new: str, expected: list[tuple[str, Risk]]) -> None:
    assert [(change.code, change.risk) for change in compare_prompts(source(old), source(new))] == expected


@pytest.mark.parametrize("text", [text for pair in PAIRS for text in pair[:2]])
def test_nothing_differs_from_itself(text: str) -> None:
    assert compare_prompts(source(text), source(text)) == ()


def test_an_added_or_removed_prompt_is_one_change() -> None:
    only = source("prompt: a\n")
    assert compare_prompts(None, only) == (Change("prompt-added", "", None, "test", Risk.NONE, "the prompt was added"),)
    removed = Change("prompt-removed", "", "test", None, Risk.BREAKING, "the prompt was removed")
    assert compare_prompts(only, None) == (removed,)
    assert compare_prompts(None, None) == ()


def closure(text: str, **partials: str | None) -> Closure:
    """Return the closure of ``a.yaml`` with partials by path, None for one that does not exist."""
    files = {name: None if content is None else content.encode() for name, content in partials.items()}
    return Closure("a.yaml", tuple(sorted({"a.yaml": text.encode(), **files}.items())))


def test_closures_are_compared_with_their_partials() -> None:
    text = "prompt: '{% include \"v\" %}'\n"
    (change,) = compare_closures(closure(text, v="be kind"), closure(text, v="be brief"))
    assert (change.code, change.path, change.old, change.new) == ("partial-wording", "v", "be kind", "be brief")
    (change,) = compare_closures(closure(text, v="be kind"), closure(text, v=None))
    assert (change.code, change.path, change.risk) == ("partial-removed", "v", Risk.BREAKING)
    assert compare_closures(closure(text, v="x\n"), closure(text, v="x\r\n")) == ()
    assert [change.new for change in compare_closures(None, closure("prompt: a\n"))] == ["a"]
    assert [change.old for change in compare_closures(closure("prompt: a\n"), None)] == ["a"]
    assert compare_closures(None, None) == ()


@pytest.mark.parametrize("broken", ["prompt: [\n", "prompt: a\nunknown: 1\n"])
def test_a_version_with_errors_is_one_change(broken: str) -> None:
    def unreadable(name: str) -> tuple[Change]:
        message = f"the {name} version has errors and cannot be compared: basalt lint lists them"
        return (Change("unreadable", "", None, None, Risk.BREAKING, message),)

    good, bad = closure("prompt: a\n"), closure(broken)
    assert compare_closures(good, bad) == compare_closures(None, bad) == unreadable("new")
    assert compare_closures(bad, good) == compare_closures(bad, None) == unreadable("old")
    assert compare_closures(bad, closure(f"{broken}# x\n")) == unreadable("old")
    assert compare_closures(bad, bad) == ()


def test_a_removed_partial_is_not_reported_as_unrenderable_too() -> None:
    text = "prompt: \"{% include 'v' %}\"\n"
    assert [change.code for change in compare_prompts(source(text, v="x"), source(text))] == ["partial-removed"]


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
