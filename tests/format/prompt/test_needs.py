from __future__ import annotations

import pytest
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.format.prompt.needs import existing_names, find_cycle, find_missing, find_needs
from basalt_cli.format.template import analyse
from basalt_cli.model.prompt import Prompt


def parse(template: str) -> Prompt:
    prompt = parse_prompt("t", f"prompt: |-\n  {template}\n".encode()).prompt
    assert prompt is not None
    return prompt


def needs(template: str, **partials: str) -> list[tuple[object, ...]]:
    """Return name, offset, partial, and whether it sees the context, is called, is guarded."""
    return [
        (n.name, n.offset, n.partial, n.sees_context, n.is_called, n.is_guarded)
        for n in find_needs(parse(template), partials)
    ]


def test_names_of_the_prompt_itself() -> None:
    assert needs("{{ a }}{{ b() }}{{ c|default(1) }}") == [
        ("a", 3, None, True, False, False),
        ("b", 10, None, True, True, False),
        ("c", 19, None, True, False, True),
    ]


def test_a_need_knows_its_length_and_template() -> None:
    prompt = parse("{{ name }}{% include 'p' %}")
    own, inner = find_needs(prompt, {"p": "{{ x }}"})
    assert (own.offset, own.length, own.template) == (3, 4, prompt.templates[0])
    assert (inner.offset, inner.length, inner.template) == (13, 7, prompt.templates[0])


def test_names_of_partials_are_at_the_include() -> None:
    assert needs("x{% include 'p' %}", p="{{ a }}{% include 'q' %}", q="{{ b }}") == [
        ("a", 4, "p", True, False, False),
        ("b", 4, "q", True, False, False),
    ]


def test_what_the_includer_sets_is_not_needed() -> None:
    assert needs("{% set a = 1 %}{% include 'p' %}", p="{{ a }}{{ b }}") == [("b", 18, "p", True, False, False)]
    assert needs("{% set a = 1 %}{% include 'p' without context %}", p="{{ a }}") == [
        ("a", 18, "p", False, False, False)
    ]
    assert needs("{% include 'p' without context %}", p="{% include 'q' %}", q="{{ a }}") == [
        ("a", 3, "q", False, False, False)
    ]
    assert needs("{% include 'p' %}", p="{% set a = 1 %}{% include 'q' %}", q="{{ a }}") == []


def test_what_the_includer_proves_is_guarded() -> None:
    assert needs("{% if a is defined %}{% include 'p' %}{% endif %}", p="{{ a }}")[1] == (
        "a",
        24,
        "p",
        True,
        False,
        True,
    )
    assert needs("{% include 'p' %}", p="{{ a|d }}{{ a }}") == [("a", 3, "p", True, False, False)]
    assert needs("{% include 'p' %}", p="{{ a|d }}{{ a|d }}") == [("a", 3, "p", True, False, True)]
    assert needs("{% include 'p' %}", p="{{ a() }}{{ a }}") == [("a", 3, "p", True, True, False)]


def test_a_replaced_block_needs_nothing() -> None:
    base = "{% block x %}{{ a }}{% endblock %}{% block y %}{{ b }}{% endblock %}{{ c }}"
    names = [need[0] for need in needs("{% extends 'p' %}{% block x %}{% endblock %}", p=base)]
    assert names == ["b", "c"]
    kept = [need[0] for need in needs("{% extends 'p' %}{% block x %}{{ super() }}{% endblock %}", p=base)]
    assert kept == ["a", "b", "c"]
    middle = "{% extends 'p' %}{% block x %}{% endblock %}"
    assert [need[0] for need in needs("{% include 'm' %}", p=base, m=middle)] == ["b", "c"]
    assert [need[0] for need in needs("{% block x %}{% endblock %}{% include 'p' %}", p=base)] == ["a", "b", "c"]


def test_a_name_in_and_out_of_a_block_stays_needed() -> None:
    base = "{% block x %}{{ a }}{% endblock %}{{ a }}"
    assert [need[0] for need in needs("{% extends 'p' %}{% block x %}{% endblock %}", p=base)] == ["a"]


def test_the_first_name_that_exists_is_included() -> None:
    assert [need[0] for need in needs("{% include ['gone', 'p', 'q'] %}", p="{{ a }}", q="{{ b }}")] == ["a"]
    (include,) = analyse("{% include ['gone', 'p'] %}").includes
    assert existing_names(include, {"p": ""}) == ("p",)
    assert existing_names(include, {}) == ()


def test_circles_end() -> None:
    assert {
        need[0] for need in needs("{% include 'p' %}", p="{{ a }}{% include 'q' %}", q="{{ b }}{% include 'p' %}")
    } == {"a", "b"}


@pytest.mark.parametrize(
    ("template", "partials", "expected"),
    [
        ("{% include 'a' %}", {}, {"a"}),
        ("{% include 'a' ignore missing %}", {}, set()),
        ("{% include ['a', 'b'] %}", {"b": ""}, set()),
        ("{% include ['a', 'b'] %}", {}, {"a", "b"}),
        ("{% include 'a' %}", {"a": "{% include 'b' %}"}, {"b"}),
        ("{% extends 'a' %}{% import 'b' as c %}", {}, {"a", "b"}),
    ],
)
def test_partials_that_are_missing(template: str, partials: dict[str, str], expected: set[str]) -> None:
    assert find_missing(parse(template), partials) == expected


@pytest.mark.parametrize(
    ("template", "partials", "expected"),
    [
        ("{% include 'a' %}", {"a": "x"}, ()),
        ("{% include 'a' %}", {"a": "{% include 'a' %}"}, ("a", "a")),
        ("{% include 'a' %}", {"a": "{% include 'b' %}", "b": "{% include 'c' %}", "c": "{% include 'b' %}"}, ("b", "c", "b")),
        ("{% include 'a' %}{% include 'b' %}", {"a": "{% include 'c' %}", "b": "{% include 'c' %}", "c": ""}, ()),
        ("{% include ['x', 'a'] %}", {"a": "{% include 'a' %}"}, ("a", "a")),
        ("{% include 'gone' %}", {}, ()),
    ],
)  # fmt: skip
def test_circles_are_found(template: str, partials: dict[str, str], expected: tuple[str, ...]) -> None:
    assert find_cycle(parse(template), partials) == expected


def test_a_diamond_is_followed_once() -> None:
    partials = {f"p{depth}": f"{{% include 'p{depth + 1}' %}}" * 2 for depth in range(200)} | {"p200": "{{ a }}"}
    prompt = parse("{% include 'p0' %}")
    assert find_cycle(prompt, partials) == ()
    assert [need.name for need in find_needs(prompt, partials)] == ["a"]
