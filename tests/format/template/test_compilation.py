from __future__ import annotations

import pytest
from basalt_cli.format.template import analyse


def show(text: str) -> list[str]:
    return [f"{p.offset}+{p.length} {p.rule}: {p.message} | {p.help}" for p in analyse(text).problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{{ dict(a=1, a=2) }}",
            ["7+1 template-syntax: the argument 'a' is given twice | Remove or rename one of the two."],
        ),
        ("{{ dict(a=1, b=2) }}", []),
        (
            "{{ x|f(a=1, a=2) }}",
            [
                "5+1 template-syntax: the argument 'a' is given twice | Remove or rename one of the two.",
                "5+1 unknown-filter: unknown filter 'f' | Jinja2's built-in filters are available.",
            ],
        ),
        (
            "{{ x|default(boolean=1, boolean=2) }}",
            ["5+7 template-syntax: the argument 'boolean' is given twice | Remove or rename one of the two."],
        ),
        (
            "{{ x is divisibleby(num=1, num=2) }}",
            ["5+2 template-syntax: the argument 'num' is given twice | Remove or rename one of the two."],
        ),
        (
            "{% macro m(a, a) %}{% endmacro %}",
            ["3+5 template-syntax: the argument 'a' is declared twice | Remove or rename one of the two."],
        ),
        ("{% macro m(a, b) %}{% endmacro %}", []),
        (
            "{% call(a, a) m() %}{% endcall %}",
            ["3+4 template-syntax: the argument 'a' is declared twice | Remove or rename one of the two."],
        ),
        (
            "{% block x %}{% endblock %}{% block x %}{% endblock %}",
            ["30+5 template-syntax: the block 'x' is defined twice | Remove or rename one of the two."],
        ),
        ("{% block x %}{% endblock %}{% block y %}{% endblock %}", []),
        (
            "{% for loop in [1] %}{% endfor %}",
            [
                "3+3 template-syntax: a loop variable cannot be named 'loop', which Jinja2 sets in every loop | Remove or rename one of the two."
            ],
        ),
        (
            "{% for a, loop in [1] %}{% endfor %}",
            [
                "3+3 template-syntax: a loop variable cannot be named 'loop', which Jinja2 sets in every loop | Remove or rename one of the two."
            ],
        ),
        ("{% for a in loop %}{% endfor %}", []),
        (
            '{% extends "a.md" %}{% extends "b.md" %}',
            ["23+7 template-syntax: a template can extend only one other template | Remove or rename one of the two."],
        ),
        ('{% extends "a.md" %}', []),
    ],
)
def test_what_parses_and_does_not_compile_is_told(text: str, expected: list[str]) -> None:
    assert show(text) == expected
