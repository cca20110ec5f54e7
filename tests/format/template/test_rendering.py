from __future__ import annotations

import subprocess
import sys

import pytest
from basalt_cli.format.template import Renderer, RenderFailure
from basalt_cli.format.template.rendering import OutputTooLargeError
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Whitespace


def render(text: str, partials: dict[str, str] | None = None, **variables: Json) -> str:
    return Renderer(Whitespace(), partials or {}, {"prompt": text}).render(variables)["prompt"]


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
    "text",
    ["{{ cycler() }}", '{% set d = {"a": 1} %}{% for k in d %}{{ d.update({"b": 1}) }}{% endfor %}'],
)
def test_an_error_of_an_expression_is_a_failure_of_the_template(text: str) -> None:
    with pytest.raises(RenderFailure):
        render(text)
