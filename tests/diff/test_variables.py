from __future__ import annotations

import pytest
from basalt_cli.diff.variables import compare_variables
from basalt_cli.model.change import Change, Risk

from tests.diff.pairs import source


def compare(old: str, new: str, old_prompt: str = "'{{ a }}'", new_prompt: str | None = None) -> list[Change]:
    """Return the changes between two ``variables:`` mappings."""
    texts = f"prompt: {old_prompt}\nvariables: {old}\n", f"prompt: {new_prompt or old_prompt}\nvariables: {new}\n"
    return list(compare_variables(source(texts[0]), source(texts[1])))


def test_added_and_removed_variables() -> None:
    assert compare("{b: integer}", "{c: string, d: {default: 1}, e: {optional: true}}") == [
        Change(
            "variable-removed", "variables.b", "integer", None, Risk.BREAKING,
            "callers that give 'b' fail: it is no longer declared",
        ),
        Change("variable-added", "variables.c", None, "string", Risk.BREAKING, "callers must now give 'c'"),
        Change("variable-added", "variables.d", None, "any", Risk.NONE, "callers may now give 'd'"),
        Change("variable-added", "variables.e", None, "any", Risk.NONE, "callers may now give 'e'"),
    ]  # fmt: skip


def test_a_renamed_variable_is_used_in_the_same_places() -> None:
    message = "'a' was renamed to 'b' (the templates use it in the same places): callers must follow"
    renamed = [Change("variable-renamed", "variables.b", "a", "b", Risk.BREAKING, message)]
    assert compare("{a: string}", "{b: string}", "'{{ a }}'", "'{{ b }}'") == renamed
    assert compare("{a: string}", "{b: string}", "'{% if a %}x{% endif %}'", "'{% if b %}x{% endif %}'") == renamed
    assert compare("{a: string}", "{b: string}", "'{{ x.a + a }}'", "'{{ x.a + b }}'") == renamed


@pytest.mark.parametrize(
    ("old", "new", "old_prompt", "new_prompt"),
    [
        ("{a: string}", "{b: integer}", "'{{ a }}'", "'{{ b }}'"),
        ("{a: string}", "{b: {type: string, default: x}}", "'{{ a }}'", "'{{ b }}'"),
        ("{a: string}", "{b: string}", "'{{ a }}'", "'{{ b | upper }}'"),
        ("{a: string}", "{b: string}", "'a'", "'b'"),
        ("{a: string}", "{b: string}", "'{{ x.a }}'", "'{{ x.b }}'"),
        ("{a: string}", "{b: string}", "'{{ ab }}'", "'{{ bb }}'"),
    ],
)
def test_other_pairs_of_variables_are_not_renames(old: str, new: str, old_prompt: str, new_prompt: str) -> None:
    assert {change.code for change in compare(old, new, old_prompt, new_prompt)} == {
        "variable-removed",
        "variable-added",
    }


def test_each_new_variable_is_the_rename_of_one_old_one() -> None:
    changes = compare("{a: any, b: any}", "{c: any, d: any}", "'{{ a }}{{ b }}'", "'{{ d }}{{ c }}'")
    assert [(c.code, c.old, c.new) for c in changes] == [("variable-renamed", "a", "c"), ("variable-renamed", "b", "d")]
    changes = compare("{a: any, b: any}", "{c: any}", "'{{ a }}{{ b }}'", "'{{ c }}{{ c }}'")
    assert [(c.code, c.old, c.new) for c in changes] == [
        ("variable-renamed", "a", "c"),
        ("variable-removed", "any", None),
    ]


OMITTING = "callers that omit 'a'"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{default: x}", "any", ("variable-required", "variables.a", "default", "required", Risk.BREAKING, "callers must now give 'a'")),
        ("{optional: true}", "any", ("variable-required", "variables.a", "optional", "required", Risk.BREAKING, "callers must now give 'a'")),
        ("any", "{default: x}", ("variable-relaxed", "variables.a", "required", "default", Risk.NONE, "callers may now omit 'a'")),
        ("any", "{optional: true}", ("variable-relaxed", "variables.a", "required", "optional", Risk.NONE, "callers may now omit 'a'")),
        ("{default: x}", "{default: y}", ("variable-default", "variables.a.default", "x", "y", Risk.WORDING, f"{OMITTING} get another default")),
        ("{default: 1}", "{default: 1.0}", ("variable-default", "variables.a.default", 1, 1.0, Risk.WORDING, f"{OMITTING} get another default")),
        ("{optional: true}", "{default: x}", ("variable-default", "variables.a.default", None, "x", Risk.WORDING, f"{OMITTING} now get a default")),
        (
            "{default: x}",
            "{optional: true}",
            (
                "variable-default", "variables.a.default", "x", None, Risk.BREAKING,
                "'a' no longer has a default: where callers omit it, a template that shows it fails",
            ),
        ),
        ("{description: x}", "{description: y}", ("variable-description", "variables.a.description", "x", "y", Risk.NONE, "description of 'a' changed")),
        ("any", "{untrusted: true}", ("variable-untrusted", "variables.a.untrusted", False, True, Risk.NONE, "untrusted of 'a' changed")),
    ],
)  # fmt: skip
def test_presence_default_and_notes(old: str, new: str, expected: tuple[str, str, object, object, Risk, str]) -> None:
    assert [tuple(change) for change in compare(f"{{a: {old}}}", f"{{a: {new}}}")] == [expected]


@pytest.mark.parametrize("presence", ["any", "{default: x}", "{optional: true}"])
def test_the_same_presence_is_no_change(presence: str) -> None:
    assert compare(f"{{a: {presence}}}", f"{{a: {presence}}}") == []


@pytest.mark.parametrize(
    ("prompt", "risk"),
    [
        ("'{% if a %}x{% endif %}'", Risk.BEHAVIOURAL),
        ("'{% for x in a %}x{% endfor %}'", Risk.BEHAVIOURAL),
        ("'{{ 1 if a }}'", Risk.BEHAVIOURAL),
        ("'{{ a }}'", Risk.WORDING),
        ("'{% if b %}{{ a }}{% endif %}'", Risk.WORDING),
    ],
)
def test_a_default_is_behavioural_where_a_condition_tests_it(prompt: str, risk: Risk) -> None:
    assert [change.risk for change in compare("{a: {default: x}, b: any}", "{a: {default: y}, b: any}", prompt)] == [
        risk
    ]
    assert [
        change.risk for change in compare("{a: {optional: true}, b: any}", "{a: {default: y}, b: any}", prompt)
    ] == [risk]


def test_a_condition_in_a_partial_tests_a_variable_too() -> None:
    texts = [f"variables: {{a: {{default: {value}}}}}\nprompt: '{{% include \"v\" %}}'\n" for value in "xy"]
    (change,) = compare_variables(source(texts[0]), source(texts[1], v="{% if a %}x{% endif %}"))
    assert change.risk is Risk.BEHAVIOURAL
    (change,) = compare_variables(source(texts[0], v="{% if a %}x{% endif %}"), source(texts[1], v="{{ a }}"))
    assert change.risk is Risk.WORDING


@pytest.mark.parametrize(
    ("old", "new", "code", "risk", "message"),
    [
        ("string", "integer", "variable-retyped", Risk.BREAKING, "the type of 'a' changed from string to integer"),
        ("string", "any", "variable-retyped", Risk.NONE, "the type of 'a' changed from string to any, and it accepts every value that it accepted"),
        ("{type: string, enum: [x, y]}", "{enum: [x]}", "variable-retyped", Risk.BREAKING, "'a' no longer accepts y"),
        ("{enum: [x, y, 1]}", "{enum: [y, 1.0]}", "variable-narrowed", Risk.BREAKING, "'a' no longer accepts x, 1"),
        ("{enum: [x]}", "{enum: [x, y]}", "variable-widened", Risk.NONE, "the schema of 'a' changed, and it accepts every value that it accepted"),
        ("{type: string, maxLength: 3}", "{type: string, maxLength: 2}", "variable-narrowed", Risk.BREAKING, "the schema of 'a' changed"),
        ("{type: string}", "{type: string, enum: [x]}", "variable-narrowed", Risk.BREAKING, "the schema of 'a' changed"),
        ("{type: string, enum: [x]}", "{type: string, maxLength: 1}", "variable-widened", Risk.NONE, "the schema of 'a' changed, and it accepts every value that it accepted"),
        ("{type: string, enum: [x]}", "{type: string, minLength: 2}", "variable-narrowed", Risk.BREAKING, "the schema of 'a' changed"),
    ],
)  # fmt: skip
def test_schemas_are_judged_by_the_values_that_callers_may_give(
    old: str, new: str, code: str, risk: Risk, message: str
) -> None:
    (change,) = compare(f"{{a: {old}}}", f"{{a: {new}}}")
    assert (change.code, change.path, change.risk, change.message) == (code, "variables.a", risk, message)


def test_a_change_of_a_schema_has_both_schemas() -> None:
    (change,) = compare("{a: {type: string, maxLength: 3}}", "{a: {type: string, maxLength: 4}}")
    assert (change.old, change.new) == ({"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 4})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{type: string, enum: [x, y]}", "{type: string, enum: [y, x]}"),
        (
            "{type: object, properties: {b: {type: string, description: x}}}",
            "{type: object, properties: {b: {type: string, title: y}}}",
        ),
    ],
)
def test_schemas_that_accept_the_same_values_are_equal(old: str, new: str) -> None:
    assert compare(f"{{a: {old}}}", f"{{a: {new}}}") == []
