"""Which calls are of functions that do not exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import find, make_tree, places


@pytest.mark.parametrize(
    ("template", "message", "help_text"),
    [
        ("{{ rnage(1) }}", "there is no function 'rnage'", "Did you mean 'range'? Functions: cycler, dict, joiner, lipsum, namespace, range, and macros."),
        ("{{ a(1) }}", "'a' is a variable, and cannot be called", "Remove the parentheses: a variable is a value."),
        ("{% include 'p.md' %}", "there is no function 'enumerate', which p.md calls", "Functions: cycler, dict, joiner, lipsum, namespace, range, and macros."),
    ],
)  # fmt: skip
def test_a_call_needs_a_function(template: str, message: str, help_text: str, tmp_path: Path) -> None:
    make_tree(tmp_path, {"p.md": "{{ enumerate([1]) }}"})
    (found,) = find(tmp_path, f'variables: {{a: string}}\nprompt: "{template}"\n', "unknown-function")
    assert (found.message, found.help) == (message, help_text)


@pytest.mark.parametrize(
    "template",
    [
        "{{ range(1) }}",
        "{% macro m() %}x{% endmacro %}{{ m() }}",
        "{{ none }}",
        "{{ other }}",
        "{{ a.b() }}",
        "{% import 'm.md' as m %}{{ m.x() }}",
    ],
)
def test_functions_macros_and_names_that_are_not_called_are_no_unknown_functions(template: str, tmp_path: Path) -> None:
    partials = {"m.md": "{% macro x() %}{% endmacro %}"}
    assert places(tmp_path, "unknown-function", f'variables: {{a: object}}\nprompt: "{template}"\n', partials) == []
