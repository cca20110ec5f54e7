"""Which names of variables a template sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import places


@pytest.mark.parametrize(
    ("template", "columns"),
    [
        ("{% set a = 1 %}", [16]), ("{% set a = 1 %}{% set a = 2 %}", [16]), ("{% set b = 1 %}", []), ("{% for a in [1] %}{% endfor %}", [16]), ("{% set a = a | upper %}", []),
        ("{% if not a %}{% set a = 1 %}{% endif %}", []), ("{% set a = a | upper %}{% set a = 1 %}", [39]),
    ],
)  # fmt: skip
def test_a_template_sets_the_name_of_a_variable(template: str, columns: list[int], tmp_path: Path) -> None:
    text = f'variables: {{a: string}}\nprompt: "{template}"\n'
    found = places(tmp_path, "shadowed-variable", text)
    assert [int(place.split(":")[1]) - 1 for place in found] == columns


def test_each_template_has_its_own_finding(tmp_path: Path) -> None:
    text = "variables: {a: string}\nsystem: '{% set a = 1 %}'\nprompt: '{% set a = 1 %}'\n"
    assert places(tmp_path, "shadowed-variable", text) == ["2:17", "3:17"]
    assert places(tmp_path, "shadowed-variable", "prompt: '{% set a = 1 %}'\n") == []
