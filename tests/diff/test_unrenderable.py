from __future__ import annotations

import pytest
from basalt_cli.diff.unrenderable import compare_renderability, find_obstacle
from basalt_cli.model.change import Change, Risk

from tests.diff.pairs import source

HEAD = "variables: {a: {optional: true}, f: any}\n"


@pytest.mark.parametrize(
    ("template", "partials", "obstacle"),
    [
        ("{{ a }} {{ range(2) }}", {}, None),
        ("{{ b }}", {}, "the variable 'b' is not declared"),
        ("{% if f %}{{ b }}{% endif %}", {}, "the variable 'b' is not declared"),
        ("{% if b is defined %}{{ b }}{% endif %}", {}, None),
        ("{{ b | default('x') }}", {}, None),
        ("{% set b = 1 %}{{ b }}", {}, None),
        ("{% include 'v' %}", {}, "the partial v does not exist"),
        ("{% include 'w' %}{% include 'v' %}", {}, "the partial v does not exist"),
        ("{% include 'v' ignore missing %}", {}, None),
        ("{% include 'v' %}", {"v": "{{ b }}"}, "the variable 'b' is not declared"),
        ("{% include 'v' %}", {"v": "{{ a }}"}, None),
        ("{% include 'v' without context %}", {"v": "{{ a }}"}, "the variable 'a' is not declared"),
        ("{% include 'v' without context %}", {"v": "{{ range(2) }}"}, None),
        ("{% include 'v' %}", {"v": "{% include 'w' %}", "w": "{% include 'v' %}"}, "the partials include each other in a circle: v -> w -> v"),
    ],
)  # fmt: skip
def test_the_first_obstacle(template: str, partials: dict[str, str], obstacle: str | None) -> None:
    assert (
        find_obstacle(
            source(
                f"{HEAD}prompt: {template!r}\n" if "'" not in template else f'{HEAD}prompt: "{template}"\n', **partials
            )
        )
        == obstacle
    )


@pytest.mark.parametrize(("template", "partials"), [("{{ a", {}), ("{% include 'v' %}", {"v": "{{ a | nofilter }}"})])
def test_a_template_problem_is_an_obstacle_in_any_file(template: str, partials: dict[str, str]) -> None:
    assert find_obstacle(source(f'{HEAD}prompt: "{template}"\n', **partials)) is not None


def test_only_a_prompt_that_could_be_rendered_can_become_unrenderable() -> None:
    good, bad = source("prompt: a\n"), source("prompt: '{{ b }}'\n")
    assert list(compare_renderability(good, bad)) == [
        Change(
            "unrenderable", "", None, "the variable 'b' is not declared", Risk.BREAKING,
            "the prompt can no longer be rendered: the variable 'b' is not declared",
        )
    ]  # fmt: skip
    assert [list(compare_renderability(*pair)) for pair in ((good, good), (bad, good), (bad, bad))] == [[], [], []]
