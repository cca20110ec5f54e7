from __future__ import annotations

import pytest
from basalt_cli.format.template import analyse


@pytest.mark.parametrize("name", ["length", "count", "wordcount", "int", "float", "sum", "round", "abs"])
def test_a_filter_that_measures_shows_no_words(name: str) -> None:
    assert analyse(f"{{{{ a|{name} }}}}").shown == ()
    assert analyse(f"{{{{ a|{name}|string }}}}").shown == ()


@pytest.mark.parametrize("name", ["tojson", "urlencode", "forceescape", "escape", "e", "xmlattr"])
def test_a_filter_that_encodes_keeps_words_inside(name: str) -> None:
    (shown,) = analyse(f"{{{{ a|{name} }}}}").shown
    assert (shown.names, shown.is_encoded) == (frozenset("a"), True)
    (shown,) = analyse(f"{{{{ a|{name}|upper }}}}").shown
    assert shown.is_encoded


@pytest.mark.parametrize("name", ["upper", "trim", "string", "safe", "join"])
def test_other_filters_show_what_they_are_given(name: str) -> None:
    (shown,) = analyse(f"{{{{ a|{name} }}}}").shown
    assert (shown.names, shown.is_encoded) == (frozenset("a"), False)


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("a", "a"), ("a.b", "a"), ("a['b']", "a"), ("a[b]", "a"), ("a + b", "ab"), ("a ~ b", "ab"), ("a % b", "ab"), ("[a, b]", "ab"),
        ("{'k': a}", "a"), ("(a, b)", "ab"), ("a if b else c", "ac"), ("a and b", "ab"), ("a or b", "ab"), ("a|default(b)", "ab"),
        ("f(a, k=b)", "abf"), ("-a", "a"),
    ],
)  # fmt: skip
def test_names_that_an_expression_writes(expression: str, names: str) -> None:
    (shown,) = analyse(f"{{{{ {expression} }}}}").shown
    assert shown.names == frozenset(names)


@pytest.mark.parametrize("expression", ["a is defined", "a == b", "a < b", "not a", "a in b", "1", "'a'", "a|length"])
def test_expressions_that_write_no_words_of_a_name(expression: str) -> None:
    assert analyse(f"{{{{ {expression} }}}}").shown == ()
