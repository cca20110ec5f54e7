"""Which messages are empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import places

CASE = "variables: {a: string, b: {type: string, default: ''}}\ntests: [{name: c, variables: {a: %s}}]\n"


@pytest.mark.parametrize(
    ("value", "prompt", "found"),
    [
        ("x", "'{{ a }}'", []), ("''", "'{{ a }}'", ["2:16"]), ("' '", "'{{ a }}'", ["2:16"]), ("''", "'{{ a }}!'", []), ("''", "'{{ a }}{{ b }}'", ["2:16"]),
        ("x", "'{{ b }}{{ a }}'", []), ("x", "'{{ b }}'", ["2:16"]), ("x", "'{% if a == \"y\" %}text{% endif %}'", ["2:16"]), ("y", "'{% if a == \"y\" %}text{% endif %}'", []),
        ("x", "' '", ["3:9"]), ("x", "'{# nothing #}'", ["2:16"]), ("[1]", "'{{ a }}'", []), ("x", "'{{ a / 0 }}'", []),
    ],
)  # fmt: skip
def test_a_message_is_empty_by_itself_or_after_rendering_a_case(
    value: str, prompt: str, found: list[str], tmp_path: Path
) -> None:
    assert places(tmp_path, "empty-message", CASE % value + f"prompt: {prompt}\n") == found


def test_every_message_and_case_is_rendered(tmp_path: Path) -> None:
    text = (
        "variables: {a: {type: string, default: ''}, n: {type: integer, default: 0}}\n"
        "system: '{{ a }}'\nprompt: '{{ a }}{{ n }}'\n"
        "tests:\n  - {name: one}\n  - {name: two, variables: {a: x}}\n  - {name: three, fixtures: [x.yaml]}\n"
    )
    assert places(tmp_path, "empty-message", text) == ["5:12"]


def test_a_file_with_another_problem_or_a_partial_is_not_rendered(tmp_path: Path) -> None:
    assert places(tmp_path, "empty-message", "promt: x\nprompt: ' '\n") == []
    assert places(
        tmp_path, "empty-message", "prompt: '{% include \"p.md\" %}'\ntests: [{name: c}]\n", {"p.md": ""}
    ) == ["2:16"]


def test_a_message_of_parts_is_not_checked(tmp_path: Path) -> None:
    assert places(tmp_path, "empty-message", "messages: [{role: user, content: [{text: ' '}]}]\n") == []
