from __future__ import annotations

import time

import pytest
from basalt_cli.diff.templates import as_sent, compare_partials, compare_texts
from basalt_cli.model.change import Change, Risk
from basalt_cli.model.prompt import Whitespace

from tests.diff.pairs import source
from tests.diff.test_words import HOSTILE

PLAIN = Whitespace()
KEEPING = Whitespace(keep_trailing_newline=True)


def compare(old: str, new: str) -> list[tuple[str, str]]:
    """Return code and message of the changes from one text to another."""
    return [(change.code, change.message) for change in compare_texts("prompt", old, new, (PLAIN, PLAIN))]


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("Hello you", "Hello all of you", "wording", "the words of prompt changed: +2 -0 words"),
        ("Hello you", "Hello", "wording", "the words of prompt changed: +0 -1 words"),
        ("a  b", "a b", "wording", "the words of prompt changed: whitespace only"),
        ("{{ a }} b", "{{ a }} {{ b }}", "expression", "the values that prompt shows changed"),
        ("{% if a %}x{% endif %}", "{% if b %}x{% endif %}", "logic", "the conditions or loops of prompt changed"),
        ("{% set a = 1 %}", "{% set a = 2 %}", "logic", "the conditions or loops of prompt changed"),
        ("a", "{% include 'v' %}", "include", "prompt now has include 'v'"),
        ("{% include 'v' %}", "a", "include", "prompt no longer has include 'v'"),
        ("{% include 'v' %}", "{% include 'w' %}", "include", "prompt has include 'w' instead of include 'v'"),
        ("{% import 'v' as v %}", "{% import 'w' as v %}", "include", "prompt has import 'w' as v instead of import 'v' as v"),
        ("{% from 'v' import a %}", "{% from 'v' import b %}", "include", "prompt has from 'v' import b instead of from 'v' import a"),
        ("{% extends 'v' %}", "{% extends 'w' %}", "include", "prompt has extends 'w' instead of extends 'v'"),
        (
            "{% include 'v' %}{% include 'w' %}",
            "{% include 'w' %}{% include 'v' %}",
            "include",
            "prompt has the same includes in another order",
        ),
        (
            "{% include 'v' %}",
            "{% include 'w' %}{% include 'x' %}",
            "include",
            "prompt has include 'w', include 'x' instead of include 'v'",
        ),
    ],
)  # fmt: skip
def test_the_most_serious_difference_is_named(old: str, new: str, code: str, message: str) -> None:
    assert compare(old, new) == [(code, message)]


@pytest.mark.parametrize("placeholder", ["{tone}", "${tone}", "<<tone>>", "%(tone)s"])
def test_placeholders_of_other_languages_become_variables(placeholder: str) -> None:
    message = "placeholders in prompt became variables: tone is now replaced by its value"
    assert compare(f"A {placeholder} word", "A {{ tone }} word") == [("template-language", message)]
    assert compare(f"A {placeholder} word", "A {{ tone | upper }} word") == [("template-language", message)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A {tone} word", "A {tone} word: {{ tone }}"),
        ("A {tone} word", "A {{ other }} word"),
        ("A {tone} word", "A plain word"),
    ],
)
def test_a_placeholder_that_stays_or_goes_is_no_variable(old: str, new: str) -> None:
    assert [code for code, _ in compare(old, new)] != ["template-language"]
    assert len(compare(old, new)) == 1


def test_placeholders_are_named_once_in_reading_order() -> None:
    ((_, message),) = compare("{b} {a} {b}", "{{ b }} {{ a }} {{ b }}")
    assert message == "placeholders in prompt became variables: b, a is now replaced by its value"


def test_a_change_has_both_texts_as_they_are_sent() -> None:
    (change,) = compare_texts("prompt", "a\n", "b\n\n", (PLAIN, PLAIN))
    assert change == Change("wording", "prompt", "a", "b\n", Risk.WORDING, "the words of prompt changed: +1 -1 words")
    assert list(compare_texts("prompt", "a\n", "a", (PLAIN, PLAIN))) == []
    (change,) = compare_texts("prompt", "a\n", "a", (KEEPING, PLAIN))
    assert (change.old, change.new) == ("a\n", "a")


def test_one_last_line_break_is_not_sent() -> None:
    assert [as_sent(text, PLAIN) for text in ("a", "a\n", "a\n\n")] == ["a", "a", "a\n"]
    assert as_sent("a\n", KEEPING) == "a\n"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_template_takes_long_to_compare(text: str) -> None:
    started = time.monotonic()
    tuple(compare_texts("prompt", text, "x" + text + "y", (PLAIN, PLAIN)))
    tuple(compare_texts("prompt", text, "y\n" + text[:-50] + "\nx", (PLAIN, PLAIN)))
    assert time.monotonic() - started < 3


def test_changes_of_partials_are_sorted_by_path() -> None:
    old = source("prompt: a\n", b="same", c="old words", d="gone")
    new = source("prompt: a\n", a="new", b="same", c="new words")
    assert list(compare_partials(old, new)) == [
        Change("partial-added", "a", None, "new", Risk.WORDING, "a is now included"),
        Change("partial-wording", "c", "old words", "new words", Risk.WORDING, "the words of c changed: +1 -1 words"),
        Change("partial-removed", "d", "gone", None, Risk.WORDING, "d is no longer included"),
    ]


@pytest.mark.parametrize(
    ("include", "risk"), [("'v'", Risk.BREAKING), ("'v' ignore missing", Risk.WORDING), ("['u', 'v']", Risk.WORDING)]
)
def test_a_removed_partial_is_breaking_where_the_prompt_needs_it(include: str, risk: Risk) -> None:
    text = f"prompt: |\n  {{% include {include} %}}\n"
    (change,) = compare_partials(source(text, u="y", v="x"), source(text, u="y"))
    assert (change.code, change.risk) == ("partial-removed", risk)


def test_partials_follow_the_whitespace_settings_of_each_prompt() -> None:
    old = source("prompt: a\n", v="{% if 1 %}\nx{% endif %}")
    new = source("prompt: a\ntemplate: {trim_blocks: true}\n", v="{% if 1 %}x{% endif %}")
    (change,) = compare_partials(old, new)
    assert change.message == "the words of v changed: whitespace only"
    assert list(compare_partials(new, new)) == []
