"""Which includes lead to a cycle."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import find, make_tree, places

PARTIALS = {
    "self.md": "{% include 'self.md' %}",
    "one.md": "{% include 'two.md' %}",
    "two.md": "{% include 'one.md' %}",
    "outer.md": "{% include 'one.md' %}",
    "end.md": "x",
    "twice.md": "{% include 'end.md' %}{% include 'end.md' %}",
}


@pytest.mark.parametrize(
    ("name", "cycle"),
    [
        ("self.md", "self.md -> self.md"), ("one.md", "one.md -> two.md -> one.md"), ("two.md", "two.md -> one.md -> two.md"), ("outer.md", "one.md -> two.md -> one.md"),
        ("end.md", None), ("twice.md", None), ("none.md", None),
    ],
)  # fmt: skip
def test_an_include_of_a_prompt_may_lead_to_a_cycle(name: str, cycle: str | None, tmp_path: Path) -> None:
    make_tree(tmp_path, {**PARTIALS})
    findings = find(tmp_path, f"prompt: '{{% include \"{name}\" %}}'\n", "circular-include")
    assert [found.message for found in findings] == ([f"circular include: {cycle}"] if cycle else [])


def test_a_cycle_of_a_partial_starts_at_the_partial(tmp_path: Path) -> None:
    make_tree(tmp_path, {**PARTIALS})
    (found,) = find(tmp_path, PARTIALS["one.md"], "circular-include", path="one.md")
    assert (found.message, found.span[:2]) == ("circular include: one.md -> two.md -> one.md", (1, 4))
    assert find(tmp_path, PARTIALS["twice.md"], "circular-include", path="twice.md") == ()


def test_each_include_is_judged_by_itself(tmp_path: Path) -> None:
    text = 'system: \'{% include "end.md" %}{% include "self.md" %}\'\nprompt: \'{% include "self.md" %}\'\n'
    assert places(tmp_path, "circular-include", text, PARTIALS) == ["1:35", "2:13"]
