from __future__ import annotations

import pytest
from basalt_cli.format.template import GLOBAL_NAMES, analyse


def uses(text: str) -> list[str]:
    facts = analyse(text)
    assert facts.problems == ()
    return [name for name in dict.fromkeys(use.name for use in facts.uses) if name not in GLOBAL_NAMES]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{ a }} {{ a.b }} {{ c['d'] }}", ["a", "c"]),
        ("{% for x in xs %}{{ x }}{{ loop.index }}{% else %}{{ x }}{% endfor %}", ["xs", "x"]),
        ("{% for x in xs if x > y %}{% endfor %}{{ x }}", ["xs", "y", "x"]),
        ("{% for a, b in d.items() recursive %}{{ a }}{{ b }}{{ loop(b) }}{% endfor %}", ["d"]),
        ("{% set x = x %}{{ x }}", ["x"]),
        ("{% set x = 1 %}{{ x }}", []),
        ("{% set x, y = z %}{{ x }}{{ y }}", ["z"]),
        ("{% set x %}{{ y }}{% endset %}{{ x }}", ["y"]),
        ("{% for i in is %}{% set x = i %}{% endfor %}{{ x }}", ["is", "x"]),
        ("{% if c %}{% set x = 1 %}{% endif %}{{ x }}", ["c"]),
        ("{% with x = y %}{{ x }}{% set z = 1 %}{% endwith %}{{ z }}", ["y", "z"]),
        (
            "{% macro m(a, b=c) %}{{ a }}{{ b }}{{ d }}{{ caller() }}{{ varargs }}{% endmacro %}{{ m(e) }}",
            ["c", "d", "e"],
        ),
        ("{% macro m() %}{{ late }}{% endmacro %}{% set late = 1 %}{{ m() }}", []),
        ("{% call(x) m() %}{{ x }}{% endcall %}", ["m"]),
        ("{% filter upper %}{{ x }}{% endfilter %}", ["x"]),
        ("{% set ns = namespace(a=1) %}{% set ns.a = b %}{{ ns.a }}", ["b"]),
        ("{% import 'm.j2' as m %}{{ m.f(x) }}", ["x"]),
        ("{% from 'm.j2' import f, g as h %}{{ f() }}{{ h() }}{{ g }}", ["g"]),
        ("{% block b %}{{ x }}{% set y = 1 %}{% endblock %}{{ y }}", ["x", "y"]),
        ("{% macro m(a, b=a, c=d) %}{{ b }}{% endmacro %}", ["d"]),
        ("{% for i in [1] %}{% block b %}{{ i }}{% endblock %}{% endfor %}", ["i"]),
        ("{% for i in [1] %}{% block b scoped %}{{ i }}{% endblock %}{% endfor %}", []),
        ("{{ x | default(y) }}{{ z is defined }}", ["x", "y", "z"]),
        ("{{ range(3) }}{{ dict(a=1) }}{{ true }}{{ none }}", []),
        ("{% raw %}{{ x }}{% endraw %}{# {{ y }} #}", []),
    ],
)
def test_names_from_outside(text: str, names: list[str]) -> None:
    assert uses(text) == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ a }}", [("a", 3, None, False, False)]),
        ("{{ a is defined }}", [("a", 3, None, False, True)]),
        ("{{ a is undefined }}", [("a", 3, None, False, True)]),
        ("{{ a|default(b) }}", [("a", 3, None, False, True), ("b", 13, None, False, False)]),
        ("{{ a|d }}", [("a", 3, None, False, True)]),
        ("{{ a.b|default(1) }}", [("a", 3, None, False, False)]),
        ("{{ a is even }}", [("a", 3, None, False, False)]),
        ("{{ a is string }}", [("a", 3, None, False, True)]),
        ("{{ a|upper }}", [("a", 3, None, False, False)]),
        ("{% if a %}{{ a }}{% endif %}", [("a", 6, None, False, False), ("a", 13, None, False, True)]),
        (
            "{% if a is defined %}{{ a }}{% endif %}{{ a }}",
            [("a", 6, None, False, True), ("a", 24, None, False, True), ("a", 42, None, False, False)],
        ),
        (
            "{% if a is defined %}x{% else %}{{ a }}{% endif %}",
            [("a", 6, None, False, True), ("a", 35, None, False, False)],
        ),
        (
            "{% if a is undefined %}x{% else %}{{ a }}{% endif %}",
            [("a", 6, None, False, True), ("a", 37, None, False, True)],
        ),
        ("{% if not a %}x{% else %}{{ a }}{% endif %}", [("a", 10, None, False, False), ("a", 28, None, False, True)]),
        (
            "{% if a is defined and a %}{{ a }}{% endif %}",
            [("a", 6, None, False, True), ("a", 23, None, False, True), ("a", 30, None, False, True)],
        ),
        (
            "{% if a is defined and b %}{{ a }}{{ b }}{% endif %}",
            [
                ("a", 6, None, False, True),
                ("b", 23, None, False, False),
                ("a", 30, None, False, True),
                ("b", 37, None, False, True),
            ],
        ),
        (
            "{% if a is defined or b is defined %}{{ a }}{% endif %}",
            [("a", 6, None, False, True), ("b", 22, None, False, True), ("a", 40, None, False, False)],
        ),
        (
            "{% if not (a is defined and b is defined) %}x{% else %}{{ a }}{{ b }}{% endif %}",
            [
                ("a", 11, None, False, True),
                ("b", 28, None, False, True),
                ("a", 58, None, False, True),
                ("b", 65, None, False, True),
            ],
        ),
        (
            "{% if a is undefined or a %}{{ a }}{% endif %}",
            [("a", 6, None, False, True), ("a", 24, None, False, True), ("a", 31, None, False, False)],
        ),
        (
            "{{ a if a is defined else b }}",
            [("a", 8, None, False, True), ("a", 3, None, False, True), ("b", 26, None, False, False)],
        ),
        (
            "{{ b if a is undefined else a }}",
            [("a", 8, None, False, True), ("b", 3, None, False, False), ("a", 28, None, False, True)],
        ),
        ("{{ a is defined and a.b }}", [("a", 3, None, False, True), ("a", 20, None, False, True)]),
        ("{{ a is undefined or a.b }}", [("a", 3, None, False, True), ("a", 21, None, False, True)]),
        (
            "{% if c %}{% elif a is defined %}{{ a }}{% else %}{{ a }}{% endif %}",
            [
                ("c", 6, None, False, False),
                ("a", 18, None, False, True),
                ("a", 36, None, False, True),
                ("a", 53, None, False, False),
            ],
        ),
        (
            "{% if a is undefined %}x{% elif c %}{{ a }}{% endif %}",
            [("a", 6, None, False, True), ("c", 32, None, False, False), ("a", 39, None, False, True)],
        ),
        (
            "{% for i in l if a is defined %}{{ a }}{% endfor %}",
            [("l", 12, None, False, False), ("a", 17, None, False, True), ("a", 35, None, False, True)],
        ),
        ("{% for i in l %}{{ i }}{% endfor %}{{ l }}", [("l", 12, None, False, False), ("l", 38, None, False, False)]),
        ("{% macro m() %}{{ a }}{% endmacro %}", [("a", 18, None, False, True)]),
        ("{{ a() }}{{ a.b() }}", [("a", 3, None, True, False), ("a", 12, None, False, False)]),
        (
            "{% set n = namespace() %}{% set m.a = 1 %}",
            [("namespace", 11, None, True, False), ("m", 32, None, False, False)],
        ),
        ("{% block b %}{{ a }}{% endblock %}", [("a", 16, "b", False, False)]),
        ("{% if a is mapping %}{{ a }}{% endif %}", [("a", 6, None, False, True), ("a", 24, None, False, True)]),
        (
            "{% if a is in l %}{{ a }}{% endif %}",
            [("a", 6, None, False, False), ("l", 14, None, False, False), ("a", 21, None, False, False)],
        ),
        ("{% call m() %}{{ a }}{% endcall %}", [("m", 8, None, True, False), ("a", 17, None, False, False)]),
        ("{% filter default(a) %}x{% endfilter %}", [("a", 18, None, False, False)]),
    ],
)
def test_a_use_is_guarded_where_it_may_be_undefined(text: str, expected: list[tuple[object, ...]]) -> None:
    assert [(u.name, u.offset, u.block, u.is_called, u.is_guarded) for u in analyse(text).uses] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% if c %}{% set x = 1 %}{% endif %}{{ x }}", [("x", 39)]),
        ("{% if c %}{% set x = 1 %}{% endif %}{% if c %}{{ x }}{% endif %}", []),
        ("{% if c %}{% set x = 1 %}{% else %}{% set x = 2 %}{% endif %}{{ x }}", []),
        ("{% if c %}{% set x = 1 %}{% elif d %}{% set x = 2 %}{% endif %}{{ x }}", [("x", 66)]),
        ("{% if c %}{% set x = 1 %}{% endif %}{{ x is defined }}", []),
        ("{% if c %}{% set x = 1 %}{% endif %}{{ x|default('') }}", []),
        ("{% if c %}{% set x = 1 %}{% endif %}{% set x = 2 %}{{ x }}", []),
        ("{% set x = 1 %}{% if c %}{% set x = 2 %}{% endif %}{{ x }}", []),
        ("{% for i in l %}{% set x = 1 %}{% endfor %}{{ x }}", []),
        ("{% if c and d %}{% set x = 1 %}{% endif %}{% if c %}{{ x }}{% endif %}", [("x", 55)]),
        ("{% if c %}{% set loop = 1 %}{% endif %}{% for i in l %}{{ loop }}{% endfor %}{{ loop }}", [("loop", 80)]),
        ("{% if c %}{% if d %}{% set x = 1 %}{% endif %}{{ x }}{% endif %}", [("x", 49)]),
        ("{% if not c %}{% set x = 1 %}{% endif %}{{ x }}", [("x", 43)]),
    ],
)
def test_a_name_that_one_branch_sets_may_be_undefined(text: str, expected: list[tuple[str, int]]) -> None:
    assert [(u.name, u.offset) for u in analyse(text).maybes] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% set x = 1 %}", [("x", 7, False)]),
        ("{% set x = x %}", [("x", 7, True)]),
        ("{{ a if x else b }}{% set x = 1 %}", [("x", 26, False)]),
        ("{% set x = x + 1 %}", [("x", 7, True)]),
        ("{% set x = y %}", [("x", 7, False)]),
        ("{% set x %}{{ x }}{% endset %}", [("x", 7, True)]),
        ("{% set x %}y{% endset %}", [("x", 7, False)]),
        ("{% for x in l %}{% endfor %}", [("x", 7, False)]),
        ("{% for x, y in l %}{% endfor %}", [("x", 7, False), ("y", 10, False)]),
        ("{% if not x %}{% set x = 1 %}{% endif %}", [("x", 21, True)]),
        ("{% if x is undefined %}{% set x = 1 %}{% endif %}", [("x", 30, True)]),
        ("{% if y %}{% set x = 1 %}{% endif %}", [("x", 17, False)]),
        ("{% with x = x %}{% endwith %}", [("x", 8, True)]),
        ("{% with x = 1 %}{% endwith %}", [("x", 8, False)]),
        ("{% macro m(a, b=1) %}{% endmacro %}", [("a", 11, True), ("b", 14, True)]),
        ("{% set x, y = y, 1 %}", [("x", 7, False), ("y", 10, True)]),
    ],
)
def test_names_that_a_template_sets(text: str, expected: list[tuple[str, int, bool]]) -> None:
    assert [(b.name, b.offset, b.refines) for b in analyse(text).bindings] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ a }}", [(["a"], 3, False)]),
        ("{{ a.b }}", [(["a"], 4, False)]),
        ("{{ a|tojson }}", [(["a"], 5, True)]),
        ("{{ a|upper|tojson }}", [(["a"], 11, True)]),
        ("{{ a|tojson|upper }}", [(["a"], 12, True)]),
        ("{{ a|length }}", []),
        ("{{ a ~ b }}", [(["a", "b"], 3, False)]),
        ("{{ a if b else c }}", [(["a", "c"], 3, False)]),
        ("{{ a is defined }}", []),
        ("{{ a == b }}", []),
        ("{{ not a }}", []),
        ("{{ f(a) }}", [(["a", "f"], 4, True)]),
        ("{% set x = a %}{{ x }}", [(["a"], 18, False)]),
        ("{% set x = a|tojson %}{{ x }}", []),
        ("{% for i in l %}{{ i }}{% endfor %}", [(["l"], 19, False)]),
        ("{% for i in l %}{{ loop.index }}{% endfor %}", []),
        ("{{ a[b] }}", [(["a"], 4, False)]),
        ("{{ 'x' }}", []),
        ("{% with y = a %}{{ y }}{% endwith %}", [(["a"], 19, False)]),
        ("{% macro m(a) %}{{ a }}{{ b }}{% endmacro %}", [(["b"], 26, False)]),
        ("{% set x %}{{ a }}{% endset %}{{ x }}", [(["a"], 14, False)]),
        ("x {{ a|e }} y", [(["a"], 7, True)]),
    ],
)
def test_names_that_show_in_the_text(text: str, expected: list[tuple[list[str], int, bool]]) -> None:
    assert [(sorted(s.names), s.offset, s.is_encoded) for s in analyse(text).shown] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% if a %}{% endif %}", ["a"]),
        ("{% if a.b == c %}{% elif d %}{% endif %}", ["a", "c", "d"]),
        ("{{ x if y else z }}", ["y"]),
        ("{% for i in l %}{% if i %}{% endif %}{% endfor %}", ["l"]),
        ("{% set s = a %}{% if s %}{% endif %}", ["a"]),
        ("{{ a }}", []),
        ("{% if a is defined %}{% endif %}", ["a"]),
    ],
)
def test_names_that_decide_what_is_written(text: str, expected: list[str]) -> None:
    assert sorted(analyse(text).tested) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% include 'a' %}", [((("a",), False, False, True), ([], 3, 7), ([], []))]),
        ("{% include ['a', 'b'] ignore missing %}", [((("a", "b"), True, False, True), ([], 3, 7), ([], []))]),
        ("{% include ('a', 'b') %}", [((("a", "b"), False, False, True), ([], 3, 7), ([], []))]),
        ("{% include 'a' without context %}", [((("a",), False, False, False), ([], 3, 7), ([], []))]),
        ("{% import 'a' as m %}", [((("a",), False, False, False), ([], 3, 6), ([], []))]),
        ("{% import 'a' as m with context %}", [((("a",), False, False, True), ([], 3, 6), ([], []))]),
        ("{% from 'a' import x %}", [((("a",), False, False, False), ([], 3, 4), ([], []))]),
        ("{% extends 'a' %}", [((("a",), False, True, True), ([], 3, 7), ([], []))]),
        (
            "{% set x = 1 %}{% extends 'a' %}{% set y = 1 %}",
            [((("a",), False, True, True), (["x", "y"], 18, 7), ([], [("x", ())]))],
        ),
        (
            "{% set x = v %}{% include 'a' %}{% set y = 1 %}",
            [((("a",), False, False, True), (["x"], 18, 7), ([], [("x", ("v",))]))],
        ),
        (
            "{% if c is defined %}{% include 'a' %}{% endif %}",
            [((("a",), False, False, True), ([], 24, 7), (["c"], []))],
        ),
        (
            "{% for i in l %}{% include 'a' %}{% endfor %}{% include 'b' %}",
            [
                ((("a",), False, False, True), (["i", "loop"], 19, 7), ([], [("i", ("l",))])),
                ((("b",), False, False, True), ([], 48, 7), ([], [])),
            ],
        ),
        ("{% include 'a' ~ b %}", []),
        ("{% include x %}", []),
        ("{% include ['a', x] %}", []),
        ("{% block b %}{% include 'a' %}{% endblock %}", [((("a",), False, False, True), ([], 16, 7), ([], []))]),
        (
            "{% macro m(p) %}{% include 'a' %}{% endmacro %}",
            [((("a",), False, False, True), (["caller", "kwargs", "m", "p", "varargs"], 19, 7), ([], [("p", ())]))],
        ),
    ],
)
def test_includes_see_what_is_set_around_them(text: str, expected: list[object]) -> None:
    found = [
        (
            (i.names, i.optional, i.extends, i.sees_context),
            (sorted(i.bound), i.offset, i.length),
            (sorted(i.proven), sorted((name, tuple(sorted(origins))) for name, origins in i.origins)),
        )
        for i in analyse(text).includes
    ]
    assert found == expected
