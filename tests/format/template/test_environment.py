from __future__ import annotations

import time

import pytest
from basalt_cli.format.template import Renderer, RenderFailure
from basalt_cli.format.template.environment import build_environment, lexer_for
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Whitespace


def render(text: str, partials: dict[str, str] | None = None, **variables: Json) -> str:
    return Renderer(Whitespace(), partials or {}, {"prompt": text}).render(variables)["prompt"]


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
    for text, folded in (
        ("{% set x = 'ab'|upper %}", "AB"),
        ("{% set x = 40 + 2 %}", "42"),
        ("{% if 'a' ~ 'b' %}{% endif %}", "'ab'"),
    ):
        assert folded not in environment.compile(text, raw=True)


@pytest.mark.parametrize("text", ["{{ 'a' * n }}", "{{ [1] * n }}", "{{ n ** n }}", "{{ ('%' ~ n ~ 'd') % 1 }}"])
def test_operators_are_bounded_while_they_run(text: str) -> None:
    started = time.monotonic()
    with pytest.raises(RenderFailure, match="too large"):
        render(text, n=2_000_000)
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("text", "n", "expected"),
    [
        ("{{ ('a' * n)|length }}", 1_000_000, "1000000"),
        ("{{ (n * 'ab')|length }}", 500_000, "1000000"),
        ("{{ ([1] * n)|length }}", 3, "3"),
        ("{{ n * n }}", 5, "25"),
        ("{{ 2 ** n }}", 1_000, str(2**1000)),
        ("{{ 2.5 ** n }}", 2, "6.25"),
        ("{{ n % 3 }}", 5, "2"),
        ("{{ '%5d' % n }}", 7, "    7"),
        ("{{ '%999d' % n }}", 7, " " * 998 + "7"),
    ],
)
def test_operators_work_within_their_bounds(text: str, n: int, expected: str) -> None:
    assert render(text, n=n) == expected


@pytest.mark.parametrize(
    ("text", "n", "message"),
    [
        (
            "{{ 'a' * n }}",
            1_000_001,
            "not allowed in a template: repeating a text or list to 1,000,001 items is too large",
        ),
        (
            "{{ n * [1, 2] }}",
            500_001,
            "not allowed in a template: repeating a text or list to 1,000,002 items is too large",
        ),
        ("{{ 2 ** n }}", 1_001, "not allowed in a template: a power with the exponent 1001 is too large"),
        ("{{ n ** 900 }}", 2**1112, "not allowed in a template: a power with the exponent 900 is too large"),
        ("{{ '%1000d' % n }}", 7, "not allowed in a template: a format width above 1,000 is too large"),
    ],
)
def test_operators_are_refused_beyond_their_bounds(text: str, n: int, message: str) -> None:
    with pytest.raises(RenderFailure) as caught:
        render(text, n=n)
    assert caught.value.message == message


def test_includes_find_partials_alone() -> None:
    assert render("{% include 'a' %}", {"a": "A{% include 'b' %}", "b": "B"}) == "AB"
    with pytest.raises(RenderFailure) as caught:
        render("{% include '/etc/passwd' %}", {"a": "A"})
    assert caught.value.message == "the partial '/etc/passwd' does not exist"


def test_whitespace_settings_reach_the_environment() -> None:
    for whitespace in (Whitespace(True, False, False), Whitespace(False, True, False), Whitespace(False, False, True)):
        environment = build_environment(whitespace)
        assert (environment.trim_blocks, environment.lstrip_blocks, environment.keep_trailing_newline) == whitespace


def test_lexers_are_shared_by_their_settings() -> None:
    assert lexer_for(Whitespace()) is lexer_for(Whitespace())
    assert build_environment(Whitespace()).lexer is lexer_for(Whitespace())
    assert lexer_for(Whitespace()) is not lexer_for(Whitespace(lstrip_blocks=True))
    assert lexer_for(Whitespace(lstrip_blocks=True)) is not lexer_for(Whitespace(trim_blocks=True))
