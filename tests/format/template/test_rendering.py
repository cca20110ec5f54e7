from __future__ import annotations

import subprocess
import sys
import time

import pytest
from basalt_cli.format.template import GLOBAL_NAMES, Renderer, RenderFailure, analyse
from basalt_cli.format.template.environment import build_environment
from basalt_cli.format.template.lexer import TokenLine
from basalt_cli.format.template.rendering import OutputTooLargeError
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Whitespace
from jinja2 import nodes


def uses(text: str) -> list[str]:
    facts = analyse(text)
    assert facts.problems == ()
    return [name for name in dict.fromkeys(use.name for use in facts.uses) if name not in GLOBAL_NAMES]


def rules(text: str) -> list[tuple[str, int]]:
    return [(problem.rule, problem.offset) for problem in analyse(text).problems]


def render(text: str, partials: dict[str, str] | None = None, **variables: Json) -> str:
    return Renderer(Whitespace(), partials or {}, {"prompt": text}).render(variables)["prompt"]


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


def test_uses_stand_where_they_are_written() -> None:
    text = "é {{ a }}\n{%- if b -%}\n  {{ c|default( d ) }}\n{% endif %}\r\n{{ e }}"
    found = {use.name: use.offset for use in analyse(text).uses}
    assert found == {"a": 5, "b": 17, "c": 28, "d": 39, "e": 62}
    assert {text[offset] for offset in found.values()} == set("abcde")


@pytest.mark.parametrize("trim", [False, True])
@pytest.mark.parametrize("lstrip", [False, True])
def test_places_hold_under_every_whitespace_setting(trim: bool, lstrip: bool) -> None:
    text = "\n  {% if a %}  \n  {%+ if b +%}\n   x {{ c -}}   \n {# n #} {% endif %}{% endif %}\n{{ d }}\n"
    facts = analyse(text, Whitespace(trim_blocks=trim, lstrip_blocks=lstrip))
    assert [text[use.offset] for use in facts.uses] == ["a", "b", "c", "d"]


def test_every_parsed_node_knows_its_place() -> None:
    """The positions rest on Jinja2 handing on the lexer's line numbers; this fails when it stops."""
    tree = build_environment(Whitespace()).parse("{% for x in y %}{{ x.z | upper }}{% include 'a' %}{% endfor %}")
    for node in tree.find_all((nodes.Name, nodes.Filter, nodes.Getattr, nodes.Include)):
        assert isinstance(node.lineno, TokenLine)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ok\n{{ x", ("template-syntax", 7)),
        ("{{ x }\n", ("template-syntax", 5)),
        ("a\n  {{ $ }}", ("template-syntax", 7)),
        ("{% if x %}", ("template-syntax", 8)),
        ("{{ a b }}", ("template-syntax", 5)),
        ("{% nope %}", ("template-syntax", 3)),
        ("{{ x | uper }}", ("unknown-filter", 5)),
        ("{{ x is ood }}", ("unknown-test", 5)),
        ("{% include x %}", ("dynamic-include", 3)),
        ("{% include 'a' ~ 'b' %}", ("dynamic-include", 3)),
        ("{% include '../a' %}", ("outside-include", 3)),
        ("{% include '/etc/passwd' %}", ("outside-include", 3)),
        ("{% import 'a/../../b' as c %}", ("outside-include", 3)),
        ("{% include '' %}", ("outside-include", 3)),
        ("{{ 9**(9**9) }}", ("unsafe-expression", 3)),
        ("{{ 'a'*10**9 }}", ("unsafe-expression", 3)),
        ("{{ 'a'*1000000000 }}", ("unsafe-expression", 3)),
        ("{{ 'a'.center(2000000000) }}", ("unsafe-expression", 13)),
        ("{{ 'a'|center(2000000000) }}", ("unsafe-expression", 6)),
        ("{{ '%2000000000d' % 1 }}", ("unsafe-expression", 3)),
        ("{{ '%2000000000d'|format(1) }}", ("unsafe-expression", 17)),
        ("{{ '{:>2000000000}'.format(1) }}", ("unsafe-expression", 27)),
        ("{{ x.__class__ }}", ("unsafe-expression", 4)),
        ("{{ x['__class__'] }}", ("unsafe-expression", 4)),
        ("{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}", ("unsafe-expression", 5)),
        ("{{ x|attr('__class__') }}", ("unsafe-expression", 4)),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", ("unsafe-expression", 30)),
    ],
)
def test_what_is_wrong_and_where(text: str, expected: tuple[str, int]) -> None:
    found = rules(text)
    assert found
    assert found[0][0] == expected[0]
    if expected[0] in ("template-syntax", "unknown-filter", "unknown-test"):
        assert found[0] == expected or text[found[0][1] :].strip()


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in b %}" * 200 + "{% endfor %}" * 200,
        "{{ " + "(" * 5000 + ")" * 5000 + " }}",
        "{{ " + "[" * 5000 + " }}",
        "{{ " + "not " * 5000 + "x }}",
        "{% if a %}" * 3000,
    ],
)
def test_deep_nesting_is_a_problem_and_no_crash(text: str) -> None:
    assert rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum.__globals__['os'].environ }}",
        "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}",
        "{{ ''|attr('__class__') }}",
        "{% set f = '{0.__class__}'.format %}{{ f('') }}",  # CVE-2016-10745
        "{% set f = '{a.__class__}'.format_map %}{{ f({'a': 1}) }}",  # CVE-2019-10906
        "{% set f = '{0.__class__.__mro__}' %}{{ f.format(1) }}",
        "{{ ['{0.__class__}']|map('format', 1)|first }}{{ (''|attr('format'))('{0.__class__}') }}",  # CVE-2024-56326
        "{{ ('{0.__class__}'|attr('format'))(1) }}",  # CVE-2025-27516
        "{{ self.__init__.__globals__ }}",
        "{{ ().__class__.__bases__[0].__subclasses__() }}",
    ],
)
def test_the_sandbox_gives_nothing_away(text: str) -> None:
    try:
        rendered = render(text)
    except RenderFailure:
        return
    assert "class" not in rendered
    assert "<" not in rendered


@pytest.mark.parametrize(
    "text",
    [
        "{{ {'a onmouseover': 1}|xmlattr }}",  # CVE-2024-22195
        "{{ {'a/b': 1}|xmlattr }}{{ {'a>b': 1}|xmlattr }}",  # CVE-2024-34064
    ],
)
def test_keys_cannot_become_attributes(text: str) -> None:
    with pytest.raises(RenderFailure, match="ValueError"):
        render(text)


def test_a_template_name_cannot_inject_code() -> None:
    """CVE-2024-56201: the name of a template reached the compiled source."""
    name = "{'x': __import__('os')}"
    assert render('{% include "' + name + '" %}', {name: "ok"}) == "ok"


def test_compiling_folds_nothing() -> None:
    """A linter, or a rendering before its limits are set, must not evaluate what a template says."""
    environment = build_environment(Whitespace())
    source = environment.compile("{{ 'a'.center(3) }}{{ 2 * 21 }}", raw=True)
    assert "42" not in source
    assert "' a '" not in source


@pytest.mark.parametrize("text", ["{{ 'a' * n }}", "{{ [1] * n }}", "{{ n ** n }}", "{{ ('%' ~ n ~ 'd') % 1 }}"])
def test_operators_are_bounded_while_they_run(text: str) -> None:
    started = time.monotonic()
    with pytest.raises(RenderFailure, match="too large"):
        render(text, n=2_000_000)
    assert time.monotonic() - started < 1


def test_output_is_bounded_over_all_texts() -> None:
    renderer = Renderer(Whitespace(), {}, {"a": "12345", "b": "{{ x }}"})
    assert renderer.render({"x": "12345"}, most_characters=10) == {"a": "12345", "b": "12345"}
    with pytest.raises(OutputTooLargeError):
        renderer.render({"x": "123456"}, most_characters=10)


def test_a_failure_names_the_template_its_line_and_the_name() -> None:
    with pytest.raises(RenderFailure) as caught:
        render("a\nb {{ x }}")
    assert (caught.value.template, caught.value.line, caught.value.name) == ("prompt", 2, "x")


def test_a_failure_in_a_partial_names_the_partial() -> None:
    with pytest.raises(RenderFailure) as caught:
        render("{% include 'p.md' %}", {"p.md": "1\n2\n{{ y.z }}"}, y={})
    assert (caught.value.template, caught.value.line) == ("p.md", 3)


def test_an_expression_that_fails_is_no_bug() -> None:
    with pytest.raises(RenderFailure, match="TypeError"):
        render("{{ 1 + 'a' }}")
    with pytest.raises(RenderFailure, match="ZeroDivisionError"):
        render("{{ 1 // 0 }}")


def test_templates_may_change_their_own_copies() -> None:
    assert render("{% set _ = xs.append(3) %}{{ xs }}", xs=[1, 2]) == "[1, 2, 3]"


def test_importing_the_package_needs_no_template() -> None:
    code = "import sys, basalt_cli; assert 'jinja2' not in sys.modules; assert 'yaml' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ dict(a=1, a=2) }}", ("template-syntax", 7)),
        ("{% macro m(a, a) %}{% endmacro %}", ("template-syntax", 3)),
        ("{% block x %}{% endblock %}{% block x %}{% endblock %}", ("template-syntax", 30)),
        ("{% for loop in [1] %}{% endfor %}", ("template-syntax", 3)),
        ('{% extends "a.md" %}{% extends "b.md" %}', ("template-syntax", 23)),
        ('{{ [1] | map("nope") | list }}', ("unknown-filter", 13)),
        ('{{ [1] | selectattr("x", "nope") | list }}', ("unknown-test", 25)),
    ],
)
def test_what_parses_and_never_renders_is_found(text: str, expected: tuple[str, int]) -> None:
    assert rules(text) == [expected]


@pytest.mark.parametrize(
    "text",
    ["{{ cycler() }}", '{% set d = {"a": 1} %}{% for k in d %}{{ d.update({"b": 1}) }}{% endfor %}'],
)
def test_an_error_of_an_expression_is_a_failure_of_the_template(text: str) -> None:
    with pytest.raises(RenderFailure):
        render(text)
