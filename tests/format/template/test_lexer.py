from __future__ import annotations

import pytest
from basalt_cli.format.template import analyse
from basalt_cli.format.template.environment import build_environment, lexer_for
from basalt_cli.format.template.lexer import TokenLine
from basalt_cli.model.prompt import Whitespace
from jinja2 import nodes


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


def test_tokens_carry_line_offset_and_length() -> None:
    text = "a\r\n{{ bc }}\n{%- if d -%} e"
    found = [
        (int(line), line.offset, line.length, value)
        for line, token, value in lexer_for(Whitespace()).tokeniter(text, None)
        if isinstance(line, TokenLine) and token == "name"  # noqa: S105
    ]
    assert found == [(2, 6, 2, "bc"), (3, 16, 2, "if"), (3, 19, 1, "d")]


def test_a_syntax_error_has_an_offset_in_the_text_as_given() -> None:
    (problem,) = analyse("a\r\nb\r\n {{   $ }}").problems
    assert (problem.offset, problem.length) == (12, 1)


def test_an_end_that_is_missing_is_behind_the_last_tag() -> None:
    (problem,) = analyse("x\n{% if a %}  ").problems
    assert (problem.offset, problem.length) == (12, 0)
