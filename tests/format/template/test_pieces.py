from __future__ import annotations

import pytest
from basalt_cli.format.template.pieces import cut_template
from basalt_cli.model.prompt import Whitespace


def show(text: str, whitespace: Whitespace) -> list[tuple[str, str]]:
    return [(piece.kind.value, piece.text) for piece in cut_template(text, whitespace)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("text", [("text", "text")]),
        ("a {{ b }} c", [("text", "a "), ("expression", "b"), ("text", " c")]),
        ("{{b|upper( )}}", [("expression", "b | upper ( )")]),
        ("{%- if  a -%} x {% endif %}", [("statement", "if a"), ("text", "x "), ("statement", "endif")]),
        ("a{# note #}b", [("text", "ab")]),
        ("{% raw %}{{ x }}{% endraw %}", [("text", "{{ x }}")]),
        ("{{ 'a' ~ \"b\" }}", [("expression", "'a' ~ 'b'")]),
        ("{{ '\\x61' }}", [("expression", "'a'")]),
        ("{{ ) }}", [("broken", "{{ ) }}")]),
        ("{{ a }}{{ b }}", [("expression", "a"), ("expression", "b")]),
        ("{{ a", []),
        ("a\r\nb", [("text", "a\nb")]),
        ("x{# a #}{# b #}y{{ z }}", [("text", "xy"), ("expression", "z")]),
        ("{{ 1.50 }}", [("expression", "1.50")]),
    ],
)
def test_a_template_is_cut(text: str, expected: list[tuple[str, str]]) -> None:
    assert show(text, Whitespace()) == expected


def test_layout_does_not_change_pieces() -> None:
    one = show("{% if a == 'b' %}x{% endif %}", Whitespace())
    assert show('{%if   a=="b"%}x{#c#}{%   endif%}', Whitespace()) == one
    assert show("{% if a == 'c' %}x{% endif %}", Whitespace()) != one


def test_whitespace_settings_change_pieces() -> None:
    text = "{% if a %}\nx\n{% endif %}\n"
    assert show(text, Whitespace()) == [("statement", "if a"), ("text", "\nx\n"), ("statement", "endif")]
    assert show(text, Whitespace(trim_blocks=True))[1] == ("text", "x\n")
    assert show(text, Whitespace(keep_trailing_newline=True))[-1] == ("text", "\n")
