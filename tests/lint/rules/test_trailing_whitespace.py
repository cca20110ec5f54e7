"""Which blanks at the end of a line are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import find, places


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name: b \nprompt: a\n", ["1:8"]), ("name: b\t \nprompt: a\n", ["1:8"]), ("prompt: a # b \n", ["1:14"]), ("prompt: a\n  \n", ["2:1"]), ("prompt: a ", ["1:10"]), ("prompt: a \r\n", ["1:10"]),
        ("prompt: |\n  a \n", ["2:4"]), ("prompt: |\n  a  \n  b\n", []), ("prompt: |\n  a   \n", ["2:4"]), ("prompt: |\n  a\t\n", ["2:4"]), ("prompt: |\n  a\n    \n  b\n", ["3:1"]), ("prompt: |\n  a\n  \n  b\n", ["3:1"]),
        ("prompt: | \n  a\n", ["1:10"]), ("prompt: >\n  a \n", ["2:4"]), ("prompt: |\n  a\nname: b  \n", ["3:8"]),
        ("prompt: |\n  {{ 1 -}} \n  a\n", []), ("prompt: |\n  {% if 1 -%} \n  a{% endif %}\n", []), ("prompt: |\n  {# a -#} \n  b\n", []), ("prompt: |\n  a \n  {%- if 1 %}{% endif %}\n", []), ("prompt: |\n  a \n  {{- 1 }}\n", []),
        ("prompt: |\n  {{ 1 }} \n  a\n", ["2:10"]),
        ("prompt: 'a '\n", ["1:11"]), ('prompt: "a\\t"\n', ["1:11"]), ("prompt: ' a'\n", []), ("prompt: ' '\n", []), ("prompt: a\n", []), ("prompt: 'a  '\n", ["1:12"]),
    ],
)  # fmt: skip
def test_blanks_at_the_end_of_a_line(text: str, found: list[str], tmp_path: Path) -> None:
    assert places(tmp_path, "trailing-whitespace", text) == found


def test_only_blanks_outside_templates_have_a_fix(tmp_path: Path) -> None:
    findings = find(tmp_path, "name: b \nprompt: |\n  a \nsystem: 'c '\n", "trailing-whitespace")
    assert [(found.message, found.is_fixable, found.span.end_column - found.span.column) for found in findings] == [
        ("the line ends in blanks", True, 1),
        ("the line ends in blanks, which are sent to the model", False, 1),
        ("the text ends in blanks, which are sent to the model", False, 1),
    ]


def test_a_partial_is_a_template(tmp_path: Path) -> None:
    (found,) = find(tmp_path, "a \nb  \n", "trailing-whitespace", path="p.md")
    assert (found.span[:2], found.fix) == ((1, 2), None)
