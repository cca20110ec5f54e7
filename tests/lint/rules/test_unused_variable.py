"""Which variables are unused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import places


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        ("prompt: '{{ a }}'", []), ("prompt: b", ["1:13"]), ("prompt: '{% include \"p.md\" %}'", []), ("prompt: '{% include \"none.md\" %}'", []),
        ("prompt: '{% include \"none.md\" ignore missing %}'", ["1:13"]), ("prompt: '{% set a = 1 %}{{ a }}'", ["1:13"]), ("prompt: '{{ a $ }}'", []),
        ("prompt: b\nexamples: [{user: '{{ a }}', assistant: c}]", []), ("prompt: '{{ a() }}'", []),
    ],
)  # fmt: skip
def test_a_variable_is_used_by_a_template_a_partial_or_an_example(rest: str, found: list[str], tmp_path: Path) -> None:
    text = f"variables: {{a: any}}\n{rest}\n"
    assert places(tmp_path, "unused-variable", text, {"p.md": "{{ a }}"}) == found


def test_a_variable_that_is_inserted_is_used(tmp_path: Path) -> None:
    text = "variables: {a: messages, b: messages}\nmessages: [{insert: a}, {role: user, content: c}]\n"
    assert places(tmp_path, "unused-variable", text) == ["1:26"]
