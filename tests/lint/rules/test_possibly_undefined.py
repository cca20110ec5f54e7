"""Which names may be undefined."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lint.trees import find, make_tree, places

VARIABLES = "variables: {o: {type: string, optional: true}, r: string, d: {type: string, default: x}, c: boolean}\n"


@pytest.mark.parametrize(
    ("template", "columns"),
    [
        ("{{ o }}", [13]), ("{{ r }}{{ d }}", []), ("{% if o %}{% endif %}", [16]), ("{% if o is defined %}{{ o }}{% endif %}", []), ("{{ o | default(1) }}", []), ("{{ o | d }}", []),
        ("{{ o }}{{ o }}", [13]), ("{% if c %}{% set s = 1 %}{% endif %}{{ s }}", [49]), ("{% if c %}{% set s = 1 %}{% endif %}{{ s }}{{ s }}", [49]),
        ("{% if c %}{% set s = 1 %}{% else %}{% set s = 2 %}{% endif %}{{ s }}", []), ("{% set s = 0 %}{% if c %}{% set s = 1 %}{% endif %}{{ s }}", []),
        ("{% if c %}{% set r = 1 %}{% endif %}{{ r }}", []), ("{% if c %}{% set o = 1 %}{% endif %}{{ o }}", [49]),
    ],
)  # fmt: skip
def test_names_that_may_be_undefined(template: str, columns: list[int], tmp_path: Path) -> None:
    text = VARIABLES + f'prompt: "{template}"\n'
    # The first character of the template is at column 10.
    assert places(tmp_path, "possibly-undefined", text) == [f"2:{column}" for column in columns]


def test_each_template_has_its_own_findings_and_a_partial_is_named(tmp_path: Path) -> None:
    text = VARIABLES + "system: '{{ o }}'\nprompt: '{{ o }}{% include \"p.md\" %}{% import \"p.md\" as x %}'\n"
    assert places(tmp_path, "possibly-undefined", text, {"p.md": "{{ o }}"}) == ["2:13", "3:13"]
    make_tree(tmp_path, {"p.md": "{{ o }}"})
    (found,) = find(tmp_path, VARIABLES + "prompt: '{% include \"p.md\" %}'\n", "possibly-undefined")
    assert found.message == "'o' is optional, and is used in p.md, included here, without a test that it is defined"
    assert places(tmp_path, "possibly-undefined", VARIABLES + "prompt: '{% import \"p.md\" as x %}'\n") == []
