"""Raw texts render alone what they render with their partials."""

from __future__ import annotations

import pytest
from basalt_cli.format.template import Renderer, RenderFailure
from basalt_cli.format.template.inlining import expand_includes, write_in_includes
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


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("a\n{% include 'b.md' %}\nc", "a\nHello {{ name }}\n\nc"),
        ("{% include 'nested.md' %}", "[Be kind.]"),
        ("{% include ['a.md'] %}", "Be kind."),
        ("{% include ['absent.md', 'a.md'] %}", "{% include ['absent.md', 'a.md'] %}"),
        ("{% include 'absent.md' ignore missing %}", "{% include 'absent.md' ignore missing %}"),
        ("{% include 'a.md' without context %}", "{% include 'a.md' without context %}"),
        ("{% include 'block.md' %}", PARTIALS["block.md"]),
        ("{% set name = 1 %}{% include 'b.md' %}", "{% set name = 1 %}Hello {{ name }}\n"),
        ("{% include 'circle.md' %}", "{% include 'circle.md' %}"),
        ("x {%- include 'a.md' -%} y", "xBe kind.y"),
        ("{% raw %}{% include 'a.md' %}{% endraw %}", "{% raw %}{% include 'a.md' %}{% endraw %}"),
        ("{% extends 'a.md' %}", "{% extends 'a.md' %}"),
        ("{% include 'a.md' %}{{ ) }}", "{% include 'a.md' %}{{ ) }}"),
    ],
)
def test_includes_are_expanded_for_a_reader(text: str, expanded: str) -> None:
    assert expand_includes(text, PARTIALS, Whitespace()) == expanded


def test_a_kept_newline_is_expanded_too() -> None:
    assert expand_includes("{% include 'a.md' %}", PARTIALS, Whitespace(keep_trailing_newline=True)) == "Be kind.\n"


def test_a_broken_partial_is_expanded_as_it_is_written() -> None:
    partials = {"broken.md": "{% include 'a.md' %}{{ ) }}", "a.md": "A"}
    assert expand_includes("1 {% include 'broken.md' %} 2", partials, Whitespace()) == "1 {% include 'a.md' %}{{ ) }} 2"


def test_partials_that_include_each_other_many_times_over_stay_small() -> None:
    partials = {f"{depth}.md": f"{{% include '{depth + 1}.md' %}}" * 2 for depth in range(40)} | {"40.md": "x"}
    for written in (expand_includes, lambda t, p, w: write_in_includes(t, w, p)):
        assert len(written("{% include '0.md' %}", partials, Whitespace())) <= 1024 * 1024


@pytest.mark.parametrize(
    ("partial", "is_fenced"),
    [
        ("{% set a = 1 %}x", True),
        ("{% macro m() %}y{% endmacro %}x", True),
        ("{% import 'a.md' as m %}x", True),
        ("{% from 'macro.md' import m %}x", True),
        ("{{ name }}x", False),
    ],
)
def test_what_a_partial_sets_stays_inside_it(partial: str, is_fenced: bool) -> None:
    partials = {**PARTIALS, "p.md": partial}
    text = "{% include 'p.md' %}!"
    written = write_in_includes(text, Whitespace(), partials)
    assert written == (f"{{% with +%}}{partial}{{%+ endwith +%}}!" if is_fenced else f"{partial}!")
    assert render(written, partials, Whitespace()) == render(text, partials, Whitespace())


@pytest.mark.parametrize("name", ["self", "super", "caller", "varargs", "kwargs", "loop"])
def test_a_partial_that_reads_what_surrounds_it_stays_an_include(name: str) -> None:
    text = "{% include 'p.md' %}"
    assert write_in_includes(text, Whitespace(), {"p.md": f"{{{{ {name} is defined }}}}"}) == text


@pytest.mark.parametrize("statement", ["{% extends 'a.md' %}", "{% block b %}{% endblock %}"])
def test_a_partial_with_blocks_stays_an_include(statement: str) -> None:
    assert (
        write_in_includes("{% include 'p.md' %}", Whitespace(), {**PARTIALS, "p.md": statement})
        == "{% include 'p.md' %}"
    )


@pytest.mark.parametrize(
    "setting",
    ["{% set x = 1 %}", "{% macro x() %}{% endmacro %}", "{% import 'a.md' as x %}", "{% from 'a.md' import x %}"],
)
def test_a_partial_that_reads_what_is_set_stays_an_include(setting: str) -> None:
    partials = {**PARTIALS, "p.md": "{{ x }}", "q.md": "{{ y }}"}
    assert (
        write_in_includes(setting + "{% include 'p.md' %}", Whitespace(), partials) == setting + "{% include 'p.md' %}"
    )
    assert write_in_includes(setting + "{% include 'q.md' %}", Whitespace(), partials) == setting + "{{ y }}"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a {% include 'p.md' %} {%- if true %}b{% endif %}", "a  c {#+ +#} {%- if true %}b{% endif %}"),
        ("a {{ name -}} {% include 'p.md' %}", "a {{ name -}} {#+ +#} c "),
        ("{% include 'q.md' %}x", "{#+ +#}  {%- if name -%} y {% endif %}x"),
        ("{% include 'r.md' %} x", "z{# c -#}{#+ +#} x"),
        ("x {%- include 'p.md' -%} y", "x c y"),
        ("{% include 'n.md' %}", "n\n{#+ +#}"),
        ("{% include 'n.md' %}\n", "n\n\n"),
        ("{% include 'p.md' if name %}", "{% include 'p.md' if name %}"),
        ("{% include name %}", "{% include name %}"),
        ("{% include 'p.md' with context %}", " c "),
        ("{% include ('p.md', 'n.md') ignore missing %}", " c "),
        ("{% include ['gone', 'p.md'] %}{% include ['gone', 'lost'] ignore missing %}", " c "),
        ("a\r\n{% include 'p.md' %}", "a\n c "),
    ],
)
def test_seams_are_fenced_where_whitespace_could_be_lost(text: str, written: str) -> None:
    partials = {"p.md": " c ", "q.md": "  {%- if name -%} y {% endif %}", "r.md": "z{# c -#}", "n.md": "n\n\n"}
    assert write_in_includes(text, Whitespace(), partials) == written
    if "{% include" not in written:
        assert render(written, {}, Whitespace()) == render(text, partials, Whitespace())


@pytest.mark.parametrize("whitespace", [Whitespace(True, False), Whitespace(False, True)])
def test_every_seam_is_fenced_where_blocks_take_whitespace(whitespace: Whitespace) -> None:
    assert write_in_includes("x{% include 'a.md' %}y", whitespace, PARTIALS) == "x{#+ +#}Be kind.{#+ +#}y"


def test_a_partial_that_is_too_long_stays_an_include() -> None:
    partials = {"p": "x" * (256 * 1024), "q": "x" * (256 * 1024 + 1)}
    assert write_in_includes("{% include 'p' %}", Whitespace(), partials) == partials["p"]
    assert write_in_includes("{% include 'q' %}", Whitespace(), partials) == "{% include 'q' %}"
