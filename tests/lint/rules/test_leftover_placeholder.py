"""What is taken for a placeholder of another language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import places


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("{tone}", [3]), ("{tone!r}", [3]), ("{tone:>10}", [3]), ("${tone}", [3]), ("<<tone>>", [3]), ("%(tone)s", [3]), ("{tones}", [3]), ("{ton}", [3]), ("{tune_a}", []),
        ("{{ tone }}", []), ("{{tone}}", []), ("{other}", []), ("a{tone}", []), ("\\{tone}", []), ("x^{tone}", []), ("_{tone}", []), ("/{tone}", []), ("}{tone}", []), ("{tone}}", []),
        ("({tone})", [4]), ("{tone} {tone}", [3, 10]), ("{{ '{tone}' }}", []), ("{# {tone} #}", []), ("{tone: " + "x" * 21 + "}", []),
    ],
)  # fmt: skip
def test_placeholders(line: str, columns: list[int], tmp_path: Path) -> None:
    text = f"variables: {{tone: string}}\nprompt: |\n  {line}\n"
    assert places(tmp_path, "leftover-placeholder", text) == [f"3:{column}" for column in columns]


def test_examples_and_prompts_without_variables_have_no_placeholders(tmp_path: Path) -> None:
    text = "variables: {tone: string}\nprompt: '{{ tone }}'\nexamples: [{user: '{tone}', assistant: '{tone}'}]\n"
    assert places(tmp_path, "leftover-placeholder", text) == []
    assert places(tmp_path, "leftover-placeholder", "prompt: '{tone}'\n") == []
