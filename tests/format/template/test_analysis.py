from __future__ import annotations

import pytest
from basalt_cli.format.template import TemplateFacts, analyse
from basalt_cli.model.prompt import Whitespace


def show(text: str) -> list[str]:
    return [f"{p.offset}+{p.length} {p.rule}: {p.message} | {p.help}" for p in analyse(text).problems]


def rules(text: str) -> list[tuple[str, int]]:
    return [(problem.rule, problem.offset) for problem in analyse(text).problems]


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
    assert show(text)[0] in (
        "0+1 template-syntax: the template is nested too deeply | Use fewer levels.",
        "131+3 unsafe-expression: loops nested deeper than 8 | Prepare the list in the application, and pass it as a variable.",
    )


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
    ("text", "expected"),
    [
        ("ok\n{{ x", ["6+1 template-syntax: unexpected end of template, expected 'end of print statement' | None"]),
        (
            "{{ x }\n",
            [
                "5+1 template-syntax: unexpected '}' | Write text that contains {{ or {% inside {% raw %} ... {% endraw %}."
            ],
        ),
        (
            "a\n  {{ $ }}",
            [
                "7+1 template-syntax: unexpected char '$' at 7 | Write text that contains {{ or {% inside {% raw %} ... {% endraw %}."
            ],
        ),
        (
            "{% if x %}",
            [
                "8+2 template-syntax: Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if' | Close every {% if %}, {% for %}, {% macro %} and {% block %} with its end tag, in order."
            ],
        ),
        (
            "{{ a b }}",
            [
                "5+1 template-syntax: expected token 'end of print statement', got 'b' | Write text that contains {{ or {% inside {% raw %} ... {% endraw %}."
            ],
        ),
        (
            "{% nope %}",
            [
                "3+4 template-syntax: Encountered unknown tag 'nope' | Tags are if, for, set, include, import, from, extends, block, macro, call, filter, with and raw."
            ],
        ),
        (
            "{% endif %}",
            [
                "3+5 template-syntax: Encountered unknown tag 'endif' | Close every {% if %}, {% for %}, {% macro %} and {% block %} with its end tag, in order."
            ],
        ),
        (
            "{% endfoo %}",
            [
                "3+6 template-syntax: Encountered unknown tag 'endfoo' | Close every {% if %}, {% for %}, {% macro %} and {% block %} with its end tag, in order."
            ],
        ),
        (
            "{{ x | uper }}",
            [
                "7+4 unknown-filter: unknown filter 'uper' | Did you mean 'upper'? Jinja2's built-in filters are available."
            ],
        ),
        ("{{ x | up }}", ["7+2 unknown-filter: unknown filter 'up' | Jinja2's built-in filters are available."]),
        (
            "{{ x is ood }}",
            ["8+3 unknown-test: unknown test 'ood' | Did you mean 'odd'? Jinja2's built-in tests are available."],
        ),
        (
            "{{ x is not\n ood }}",
            ["13+3 unknown-test: unknown test 'ood' | Did you mean 'odd'? Jinja2's built-in tests are available."],
        ),
        (
            "{{ [1]|map('nope')|list }}",
            ["11+6 unknown-filter: unknown filter 'nope' | Jinja2's built-in filters are available."],
        ),
        ("{{ [1]|map('upper')|list }}", []),
        ("{{ [1]|map(attribute='x')|list }}", []),
        ("{{ [1]|map(x)|list }}", []),
        (
            "{{ [1]|select('nope')|list }}",
            ["14+6 unknown-test: unknown test 'nope' | Did you mean 'none'? Jinja2's built-in tests are available."],
        ),
        ("{{ [1]|reject('odd')|list }}", []),
        ("{{ [1]|selectattr('x')|list }}", []),
        (
            "{{ [1]|selectattr('x', 'nope')|list }}",
            ["23+6 unknown-test: unknown test 'nope' | Did you mean 'none'? Jinja2's built-in tests are available."],
        ),
        ("{{ [1]|rejectattr('x', 'equalto', 1)|list }}", []),
        ("{{ [1]|select(3)|list }}", []),
        (
            "{{ x is map('nope') }}",
            ["8+3 unknown-test: unknown test 'map' | Did you mean 'mapping'? Jinja2's built-in tests are available."],
        ),
        (
            "{% include x %}",
            [
                "3+7 dynamic-include: the include does not name a file | Write the path of the partial in quotes: the files of a version must be known without rendering."
            ],
        ),
        (
            "{% include 'a' ~ 'b' %}",
            [
                "3+7 dynamic-include: the include does not name a file | Write the path of the partial in quotes: the files of a version must be known without rendering."
            ],
        ),
        (
            "{% include '../a' %}",
            [
                "3+7 outside-include: '../a' is not a path inside the prompts folder | Name a partial by its path from the prompts folder, without .. or a leading /."
            ],
        ),
        (
            "{% include ['a', '/b'] %}",
            [
                "3+7 outside-include: '/b' is not a path inside the prompts folder | Name a partial by its path from the prompts folder, without .. or a leading /."
            ],
        ),
        (
            "{% include [] %}",
            [
                "3+7 dynamic-include: the include does not name a file | Write the path of the partial in quotes: the files of a version must be known without rendering."
            ],
        ),
        (
            "{% include '' %}",
            [
                "3+7 outside-include: '' is not a path inside the prompts folder | Name a partial by its path from the prompts folder, without .. or a leading /."
            ],
        ),
        ("{{ [1]|random }}{{ lipsum() }}", []),
        ("{{ lipsum }}", []),
        ("{% block a %}{{ super() }}{% endblock %}", []),
        (
            "{{ 9**99 }}{{ x.__class__ }}{% include y %}",
            [
                "3+1 unsafe-expression: a power whose exponent is not a small number | Rendering has limits of time, memory and output; pass such a value as a variable.",
                "15+1 unsafe-expression: '__class__' is not allowed in a template | Use the values of variables only: texts, numbers, lists and mappings.",
                "31+7 dynamic-include: the include does not name a file | Write the path of the partial in quotes: the files of a version must be known without rendering.",
            ],
        ),
    ],
)
def test_every_problem_has_a_message_and_a_help(text: str, expected: list[str]) -> None:
    assert show(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (False, [], [], [])),
        ("  \n", (False, [], [], [])),
        ("text", (True, [], [], [])),
        ("{{ a }}", (False, ["a"], [], [])),
        ("{# c #}", (False, [], [], [])),
        ("{# c #}x", (True, [], [], [])),
        ("{% if a %}x{% endif %}", (False, [], [], [])),
        ("{% for a in b %}x{% endfor %}{{ c }}", (False, ["c"], [], [])),
        ("{{ a.b }}{{ a|upper }}{{ c }}", (False, ["c"], [], [])),
        ("{% block a %}x{% endblock %}{% block b %}{{ super() }}{% endblock %}", (False, [], ["a"], [])),
        (
            "{{ [1]|random }}{{ lipsum(5) }}",
            (
                False,
                [],
                [],
                [
                    (
                        "nondeterministic",
                        "the filter 'random' returns a different value at each rendering",
                        7,
                        6,
                        "Choose in the application, and pass the choice as a variable.",
                    ),
                    (
                        "nondeterministic",
                        "'lipsum' returns a different text at each rendering",
                        19,
                        6,
                        "Choose in the application, and pass the choice as a variable.",
                    ),
                ],
            ),
        ),
        ("  {{ a }} ", (False, ["a"], [], [])),
    ],
)
def test_facts_of_a_template(text: str, expected: tuple[object, ...]) -> None:
    facts = analyse(text)
    random = [(p.rule, p.message, p.offset, p.length, p.help) for p in facts.random]
    assert (facts.is_filled, sorted(facts.written), sorted(facts.replaced), random) == expected


def test_a_syntax_error_hides_everything_else() -> None:
    facts = analyse("{{ a }}{% include 'b' %}{{ c d }}")
    assert facts == TemplateFacts(problems=facts.problems)
    assert len(facts.problems) == 1


def test_whitespace_settings_count() -> None:
    assert analyse("{% if a %}\n{% endif %}").is_filled is False
    assert analyse("{{ a }}", Whitespace(trim_blocks=True)).uses == analyse("{{ a }}").uses
