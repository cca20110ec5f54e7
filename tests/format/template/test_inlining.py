"""Raw texts render alone what they render with their partials."""

from __future__ import annotations

import pytest
from basalt_cli.format.template import Renderer, RenderFailure, write_in_includes
from basalt_cli.model.prompt import Whitespace
from hypothesis import given, settings
from hypothesis import strategies as st

PARTIALS = {
    "a.md": "Be kind.\n",
    "b.md": "Hello {{ name }}\n\n",
    "nested.md": "[{% include 'a.md' %}]",
    "sets.md": "{% set name = 'inner' %}{{ name }}",
    "macro.md": "{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(name) }}\n",
    "greedy.md": "\n  {%- if name %} yes {% endif -%}\n",
    "spaces.md": "  \n  ",
    "block.md": "{% block x %}in a block{% endblock %}",
    "circle.md": "{% include 'circle.md' %}",
}


def render(text: str, partials: dict[str, str], whitespace: Whitespace) -> str:
    try:
        return Renderer(whitespace, partials, {"text": text}).render({"name": "Ada"})["text"]
    except RenderFailure as failure:
        return f"failure: {failure.message}"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{% include 'a.md' %} {{ name }}", "Be kind. {{ name }}"),
        ("x\n{% include 'nested.md' %}\ny", "x\n[Be kind.]\ny"),
        ("{% include ['absent.md', 'a.md'] %}", "Be kind."),
        ("a {% include 'absent.md' ignore missing %}b", "a b"),
        ("{% include 'absent.md' %}", "{% include 'absent.md' %}"),
        ("{% include 'block.md' %}", "{% include 'block.md' %}"),
        ("{% include 'b.md' without context %}", "{% include 'b.md' without context %}"),
        ("{% raw %}{% include 'a.md' %}{% endraw %}", "{% raw %}{% include 'a.md' %}{% endraw %}"),
        ("{% include 'sets.md' %}{{ name }}", "{% with +%}{% set name = 'inner' %}{{ name }}{%+ endwith +%}{{ name }}"),
        ("{{ broken", "{{ broken"),
    ],
)
def test_includes_are_written_in(text: str, written: str) -> None:
    assert write_in_includes(text, Whitespace(), PARTIALS) == written


PIECES = [
    *(f"{{% include '{name}' %}}" for name in PARTIALS if name != "circle.md"),
    *(f"{{%- include '{name}' -%}}" for name in PARTIALS if name != "circle.md"),
    "{%+ include 'greedy.md' +%}", "{% include 'absent.md' ignore missing %}", "{% include ['no.md', 'b.md'] %}",
    "{{ name }}", "{{- name -}}", "{% if name %}", "{%- if name -%}", "{% endif %}", "{%- endif -%}", " ", "\n", "  \n  ",
    "word", "{# note #}", "{%- for i in [1, 2] %}", "{% endfor %}", "{% set name = 'other' %}", "\r\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=1500, deadline=None)
def test_a_text_renders_alone_what_it_renders_with_its_partials(
    pieces: list[str], trims: bool, strips: bool, keeps: bool
) -> None:
    whitespace = Whitespace(trims, strips, keeps)
    text = "".join(pieces)
    before = render(text, PARTIALS, whitespace)
    if before.startswith("failure"):
        return
    written = write_in_includes(text, whitespace, PARTIALS)
    if "set name" not in text:
        assert "include 'b.md'" not in written
    assert render(written, PARTIALS, whitespace) == before
