"""Which uses are of undeclared variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import find, make_tree, places


@pytest.mark.parametrize(
    ("template", "columns"),
    [
        ("{{ a }}", []), ("{{ b }}", [13]), ("{{ b }}{{ b }}", [13, 20]), ("{{ range(1) }}{{ loop }}", [27]), ("{{ f() }}", []), ("{% set b = 1 %}{{ b }}", []),
        ("{% for b in a %}{{ b }}{% endfor %}{{ b }}", [48]), ("{% include 'p.md' %}", [13]), ("{% import 'p.md' as p %}", [13, 13]), ("{% include 'q.md' %}", []), ("{% import 'q.md' as q %}", [13]),
    ],
)  # fmt: skip
def test_undeclared_variables(template: str, columns: list[int], tmp_path: Path) -> None:
    partials = {"p.md": "{{ b }}{{ b }}{{ a }}", "q.md": "{{ a }}"}
    text = f'variables: {{a: array}}\nprompt: "{template}"\n'
    assert places(tmp_path, "undeclared-variable", text, partials) == [f"2:{column}" for column in columns]


def test_the_message_names_the_partial_and_the_help_the_declared_names(tmp_path: Path) -> None:
    make_tree(tmp_path, {"p.md": "{{ tonne }}", "q.md": "{{ tone }}"})
    text = "variables: {tone: string, a: string}\nprompt: \"{% include 'p.md' %}{% import 'q.md' as q %}\"\n"
    assert [(found.message, found.help) for found in find(tmp_path, text, "undeclared-variable")] == [
        ("the variable 'tonne' in p.md, included here, is not declared", "Did you mean 'tone'? Declare it under variables: (declared: tone, a)."),
        ("q.md uses 'tone', but is imported without context", "Import it with context: {% import ... with context %}, or pass the value to its macro."),
    ]  # fmt: skip


def test_only_the_first_fifty_names_are_guessed(tmp_path: Path) -> None:
    uses = "".join(f"{{{{ tone{number} }}}}" for number in range(52))
    findings = find(tmp_path, f"variables: {{tone: string}}\nprompt: '{uses}'\n", "undeclared-variable")
    guessed = [(found.help or "").startswith("Did you mean 'tone'?") for found in findings]
    assert guessed == [True] * 50 + [False] * 2
