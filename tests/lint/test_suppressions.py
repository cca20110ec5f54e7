"""Comments that suppress findings: where they apply, which of them have no effect, and the fix that removes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.lint.suppressions import Suppression, find_suppressions, suppresses
from basalt_cli.model.finding import Finding
from basalt_cli.model.source import FILE_START, Span
from basalt_cli.text.edits import apply_edits

from tests.lint.trees import brief, find

IGNORE = "# basalt: ignore[T302] why"


def suppressions(text: str) -> tuple[Suppression, ...]:
    return find_suppressions(text, read_yaml(text.encode()).root)


def places(text: str) -> list[tuple[tuple[str, ...], int | None]]:
    return [(found.rules, found.line) for found in suppressions(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"prompt: a {IGNORE}\n", [(("T302",), 1)]),
        (f"name: b\nprompt: a {IGNORE}\n", [(("T302",), 2)]),
        ("prompt: a # basalt: ignore[T302, S ,unknown-key,,]\n", [(("T302", "S", "unknown-key"), 1)]),
        ("prompt: a #basalt:ignore[T302]\n", [(("T302",), 1)]),
        ("prompt: a # basalt: ignore[T302\n", [((), 1)]),
        ("prompt: a # basalt: ignore\n", [((), 1)]),
        ("prompt: a # basalt: noqa[T302]\n", [((), 1)]),
        ("prompt: a # basalt: disable[T302]\n", [((), 1)]),
        ("prompt: a # basalt: ignored[T302]\n", []),
        ("prompt: a # basalts: ignore[T302]\n", []),
        # A comment above the first key, alone on its line, applies to the whole file.
        (f"{IGNORE}\nprompt: a\n", [(("T302",), None)]),
        (f"# A file.\n\n  {IGNORE}\nprompt: a\n", [(("T302",), None)]),
        (f"---  {IGNORE}\nprompt: a\n", [(("T302",), 1)]),
        (f"prompt: a\n{IGNORE}\n", [(("T302",), 2)]),
        (f"{IGNORE}\n", [(("T302",), None)]),
        # Inside a key or value, only a comment of Jinja2's is one.
        (f"prompt: 'a {IGNORE}'\n", []),
        (f"'a {IGNORE}': b\n", []),
        ("prompt: 'a {# basalt: ignore[T302] #}'\n", [(("T302",), 1)]),
        ("prompt: 'a {#- basalt: ignore[T302] -#}'\n", [(("T302",), 1)]),
        ("prompt: |\n  a\n  {# basalt: ignore[T302] #}\n", [(("T302",), 3)]),
        (f"prompt: |\n  a {IGNORE}\n", []),
        # The first line of a block scalar is YAML, not template.
        (f"prompt: | {IGNORE}\n  a\n", [(("T302",), 1)]),
        (f"prompt: >- {IGNORE}\n  a\n", [(("T302",), 1)]),
        ("prompt: a # {# basalt: ignore[T302] #}\n", []),
        (f"prompt: [a, b] {IGNORE}\n", [(("T302",), 1)]),
        (f"tools: [{{name: 'a {IGNORE}'}}]\nprompt: a\n", []),
    ],
)
def test_a_comment_is_found_where_it_is_a_comment(text: str, found: list[tuple[tuple[str, ...], int | None]]) -> None:
    assert places(text) == found


def test_a_comment_has_the_place_of_its_number_sign_and_ends_with_its_bracket() -> None:
    (found,) = suppressions(f"name: b\nprompt: a {IGNORE}\n")
    assert found.span == Span(2, 11, 2, 33)
    assert found.start == len("name: b\nprompt: a ")
    (bare,) = suppressions("prompt: a # basalt: ignore and more\n")
    assert bare.span == Span(1, 11, 1, 27)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{# basalt: ignore[T302] #}\nHello\n", [(("T302",), None)]),
        ("  {# basalt: ignore[T302] #}  \nHello\n", [(("T302",), None)]),
        ("{# basalt: ignore[T302] #}", [(("T302",), None)]),
        ("{# basalt: ignore[T302] #} Hello\n", [(("T302",), 1)]),
        ("Hello {# basalt: ignore[T302] #}\n", [(("T302",), 1)]),
        ("Hello\n{# basalt: ignore[T302] #}\n", [(("T302",), 2)]),
        (f"{IGNORE}\nHello\n", []),
    ],
)
def test_in_a_partial_all_text_is_template(text: str, found: list[tuple[tuple[str, ...], int | None]]) -> None:
    assert [(one.rules, one.line) for one in find_suppressions(text, None, is_partial=True)] == found
    assert all(one.whole is None for one in find_suppressions(text, None, is_partial=True))


def test_a_file_that_is_not_yaml_has_suppressions_too() -> None:
    assert [found.line for found in find_suppressions(f"{IGNORE}\nprompt: [{IGNORE}\n", None)] == [None, 2]
    assert find_suppressions("prompt: a # basal: ignore[T302]\n", None) == ()


@pytest.mark.parametrize(
    ("names", "code", "expected"),
    [
        (["T302"], "T302", True), (["undeclared-variable"], "T302", True), (["T"], "T302", True), (["ALL"], "T302", True),
        (["S", "T302"], "T302", True), (["T303"], "T302", False), ([], "T302", False), (["t302"], "T302", False), (["nope"], "nope", False),
    ],
)  # fmt: skip
def test_names_stand_for_rules(names: list[str], code: str, expected: bool) -> None:
    assert suppresses(names, code) is expected


@pytest.mark.parametrize(("line", "expected"), [(None, True), (1, True), (2, False)])
def test_a_comment_covers_the_findings_of_its_line(line: int | None, expected: bool) -> None:
    finding = Finding("T302", "undeclared-variable", "error", "prompts/a.yaml", FILE_START, "")
    assert Suppression(("T302",), line, FILE_START).covers(finding) is expected
    assert not Suppression(("T303",), line, FILE_START).covers(finding)


@pytest.mark.parametrize(
    ("before", "rule", "after"),
    [
        ("prompt: a # basalt: ignore[T302] why\n", "T302", "prompt: a\n"),
        ("prompt: a\t# basalt: ignore[T302]", "T302", "prompt: a"),
        ("prompt: a # basalt: ignore[T302] why\r\nname: b\r\n", "T302", "prompt: a\r\nname: b\r\n"),
        ("  # basalt: ignore[T302] why\nprompt: a\n", "T302", "prompt: a\n"),
        ("prompt: a\n# basalt: ignore[T302]", "T302", "prompt: a\n"),
        ("prompt: a # basalt: ignore[T302,S, T303] why\n", "S", "prompt: a # basalt: ignore[T302, T303] why\n"),
        ("prompt: a # basalt: ignore[T302, S] [x]\n", "T302", "prompt: a # basalt: ignore[S] [x]\n"),
    ],
)
def test_a_rule_is_removed_from_a_comment_and_the_comment_with_its_last(before: str, rule: str, after: str) -> None:
    (found,) = suppressions(before)
    fix = found.without(before, rule)
    assert fix is not None
    assert fix.is_safe
    assert apply_edits(before, fix.edits) == after
    assert found.without(before, "X605") is None


def test_a_comment_in_a_template_has_no_fix() -> None:
    text = "prompt: 'a {# basalt: ignore[T302] #}'\n"
    (found,) = suppressions(text)
    assert found.without(text, "T302") is None


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("prompt: '{{ a }}' # basalt: ignore[T302] why\n", []),
        ("prompt: '{{ a }}' # basalt: ignore[undeclared-variable]\n", []),
        ("prompt: '{{ a }}' # basalt: ignore[ALL]\n", []),
        ("prompt: '{{ a }}' # basalt: ignore[T, S]\n", ["1:19 Y108"]),
        ("prompt: '{{ a }}'\n# basalt: ignore[T302]\n", ["1:13 T302", "2:1 Y108"]),
        ("prompt: b # basalt: ignore[T302, T303]\n", ["1:11 Y108", "1:11 Y108"]),
        ("prompt: b # basalt: ignore\n", ["1:11 Y108"]),
        ("prompt: b # basalt: ignore[T999]\n", ["1:11 Y108"]),
        # The file may have findings that are not known: whether a comment has an effect is not known either.
        ("nme: x # basalt: ignore[T302]\nprompt: b\n", ["1:1 S201"]),
        ("nme: x # basalt: ignore[S201, T999]\nprompt: b\n", ["1:8 Y108"]),
        ("prompt: '{% include \"none.md\" %}' # basalt: ignore[T306, T302]\n", []),
        # A comment may suppress this rule, in the whole file too.
        ("# basalt: ignore[Y108]\nprompt: b # basalt: ignore[T302]\n", ["1:1 Y108", "2:11 Y108"]),
    ],
)
def test_a_comment_without_effect_is_a_finding(text: str, findings: list[str], tmp_path: Path) -> None:
    assert brief(find(tmp_path, text)) == [f"prompts/a.yaml:{found}" for found in findings]


def test_the_messages_name_what_to_change(tmp_path: Path) -> None:
    text = "prompt: b # basalt: ignore[T3O2, S201, T302]\nname: c # basalt: ignore\n"
    assert [(found.message, found.help, found.is_fixable) for found in find(tmp_path, text)] == [
        ("'T3O2' is not a rule", "Did you mean 'T302'? See basalt rule --all.", False),
        ("S201 has no finding here", "Remove it from the comment.", True),
        ("T302 has no finding here", "Remove it from the comment.", True),
        ("the comment names no rule", "Write the code of a rule: # basalt: ignore[T302] reason", False),
    ]


def test_a_rule_that_does_not_run_is_not_reported_as_unused(tmp_path: Path) -> None:
    text = "prompt: b # basalt: ignore[T302]\n"
    assert find(tmp_path, text, "S", "Y") == ()
    assert brief(find(tmp_path, text, "T", "Y")) == ["prompts/a.yaml:1:11 Y108"]
    assert find(tmp_path, text, "T") == ()
