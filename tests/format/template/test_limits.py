from __future__ import annotations

import pytest
from basalt_cli.format.template import analyse


def show(text: str) -> list[str]:
    return [f"{p.offset}+{p.length} {p.rule}: {p.message} | {p.help}" for p in analyse(text).problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{{ 9**(9**9) }}",
            [
                "3+1 unsafe-expression: a power whose exponent is not a small number | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        ("{{ 2**16 }}", []),
        (
            "{{ 2**17 }}",
            [
                "3+1 unsafe-expression: a power whose exponent is not a small number | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        ("{{ 2**-16 }}", []),
        (
            "{{ 2**-17 }}",
            [
                "3+1 unsafe-expression: a power whose exponent is not a small number | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        ("{{ x**2 }}", []),
        (
            "{{ 2**x }}",
            [
                "3+1 unsafe-expression: a power whose exponent is not a small number | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        ("{{ 1000000**2 }}", []),
        (
            "{{ 1000001**2 }}",
            [
                "3+7 unsafe-expression: a power of a very large number | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        (
            "{{ (-1000001)**2 }}",
            [
                "3+1 unsafe-expression: a power of a very large number | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        ("{{ (2**2)**2 }}", []),
        ("{{ 'a'*10000 }}", []),
        (
            "{{ 'a'*10001 }}",
            [
                "3+3 unsafe-expression: a text or list repeated a very large number of times | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        (
            "{{ 10001*'a' }}",
            [
                "3+5 unsafe-expression: a text or list repeated a very large number of times | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        (
            "{{ [1]*10001 }}",
            [
                "3+1 unsafe-expression: a text or list repeated a very large number of times | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        (
            "{{ (1,)*10001 }}",
            [
                "3+1 unsafe-expression: a text or list repeated a very large number of times | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        (
            "{{ 'a'*10**9 }}",
            [
                "3+3 unsafe-expression: a text or list repeated a very large number of times | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        (
            "{{ 'a'*(x*2) }}",
            [
                "3+3 unsafe-expression: a text or list repeated a very large number of times | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        ("{{ 'a'*x }}", []),
        ("{{ 3*4 }}", []),
        ("{{ 20000*30000 }}", []),
        ("{{ 'a'.center(100000) }}", []),
        (
            "{{ 'a'.center(100001) }}",
            [
                "13+1 unsafe-expression: a very large number as an argument | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        (
            "{{ 'a'|center(width=100001) }}",
            [
                "7+6 unsafe-expression: a very large number as an argument | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        (
            "{{ x|center(100001) }}",
            [
                "5+6 unsafe-expression: a very large number as an argument | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        ("{{ '%999d' % 1 }}", []),
        (
            "{{ '%1000d' % 1 }}",
            [
                "3+8 unsafe-expression: the format has a very wide field | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        ("{{ x % 1000 }}", []),
        (
            "{{ '%1000d'|format(1) }}",
            [
                "12+6 unsafe-expression: the format has a very wide field | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        (
            "{{ '{:>1000}'.format(1) }}",
            [
                "20+1 unsafe-expression: the format has a very wide field | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        ("{{ '1000'.upper() }}", []),
        (
            "{{ x.__class__ }}",
            [
                "4+1 unsafe-expression: '__class__' is not allowed in a template | Use the values of variables only: texts, numbers, lists and mappings."
            ],
        ),
        ("{{ x._private }}", []),
        (
            "{{ x['__class__'] }}",
            [
                "4+1 unsafe-expression: '__class__' is not allowed in a template | Use the values of variables only: texts, numbers, lists and mappings."
            ],
        ),
        ("{{ x['a'] }}", []),
        ("{{ x[1] }}", []),
        (
            "{{ x|attr('__class__') }}",
            [
                "5+4 unsafe-expression: '__class__' is not allowed in a template | Use the values of variables only: texts, numbers, lists and mappings."
            ],
        ),
        ("{{ x|attr('name') }}", []),
        ("{{ x|attr(y) }}", []),
        (
            "{% for a in range(1000000) %}{% endfor %}",
            [
                "17+1 unsafe-expression: a very large number as an argument | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        (
            "{% for a in range(1000001) %}{% endfor %}",
            [
                "3+3 unsafe-expression: nested loops over ranges with 1,000,001 iterations | Prepare the list in the application, and pass it as a variable.",
                "17+1 unsafe-expression: a very large number as an argument | Rendering has limits of time, memory and output; pass such a value as a variable.",
            ],
        ),
        (
            "{% for a in range(1001) %}{% for b in range(1000) %}{% endfor %}{% endfor %}",
            [
                "29+3 unsafe-expression: nested loops over ranges with 1,001,000 iterations | Prepare the list in the application, and pass it as a variable."
            ],
        ),
        ("{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}", []),
        (
            "{% for a in range(0, 3000000, 3) %}{% endfor %}",
            [
                "17+1 unsafe-expression: a very large number as an argument | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        (
            "{% for a in range(0, 3000003, 3) %}{% endfor %}",
            [
                "3+3 unsafe-expression: nested loops over ranges with 1,000,001 iterations | Prepare the list in the application, and pass it as a variable.",
                "17+1 unsafe-expression: a very large number as an argument | Rendering has limits of time, memory and output; pass such a value as a variable.",
            ],
        ),
        (
            "{% for a in range(5, 2000000) %}{% endfor %}",
            [
                "3+3 unsafe-expression: nested loops over ranges with 1,999,995 iterations | Prepare the list in the application, and pass it as a variable.",
                "17+1 unsafe-expression: a very large number as an argument | Rendering has limits of time, memory and output; pass such a value as a variable.",
            ],
        ),
        ("{% for a in range(1, 2, 0) %}{% endfor %}", []),
        (
            "{% for a in range(x) %}{% for b in range(2000000) %}{% endfor %}{% endfor %}",
            [
                "26+3 unsafe-expression: nested loops over ranges with 2,000,000 iterations | Prepare the list in the application, and pass it as a variable.",
                "40+1 unsafe-expression: a very large number as an argument | Rendering has limits of time, memory and output; pass such a value as a variable.",
            ],
        ),
        ("{% for a in range() %}{% endfor %}", []),
        ("{% for a in f(2000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}", []),
        (
            "{% for a in range(-5) %}{% for b in range(1000000) %}{% endfor %}{% endfor %}",
            [
                "41+1 unsafe-expression: a very large number as an argument | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        (
            "{% for a in l %}{% for a in l %}{% for a in l %}{% for a in l %}{% for a in l %}{% for a in l %}{% for a in l %}{% for a in l %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
            [],
        ),
        (
            "{% for a in l %}{% for a in l %}{% for a in l %}{% for a in l %}{% for a in l %}{% for a in l %}{% for a in l %}{% for a in l %}{% for a in l %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
            [
                "131+3 unsafe-expression: loops nested deeper than 8 | Prepare the list in the application, and pass it as a variable."
            ],
        ),
        (
            "{% if c %}{% for a in range(2000000) %}{% endfor %}{% endif %}",
            [
                "13+3 unsafe-expression: nested loops over ranges with 2,000,000 iterations | Prepare the list in the application, and pass it as a variable.",
                "27+1 unsafe-expression: a very large number as an argument | Rendering has limits of time, memory and output; pass such a value as a variable.",
            ],
        ),
        (
            "{{ true*10001*'a' }}",
            [
                "13+1 unsafe-expression: a text or list repeated a very large number of times | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
        ("{{ 'a'.rjust(true) }}", []),
        (
            "{{ range(100001) }}",
            [
                "8+1 unsafe-expression: a very large number as an argument | Rendering has limits of time, memory and output; pass such a value as a variable."
            ],
        ),
    ],
)
def test_expressions_have_limits(text: str, expected: list[str]) -> None:
    assert show(text) == expected
