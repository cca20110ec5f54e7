"""What rules read of their subjects."""

from __future__ import annotations

from pathlib import Path

import pytest
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.lint.rule import (
    FileFacts,
    Mark,
    RepositorySubject,
    Subject,
    characters,
    reported,
    scalars_of,
    span_in_file,
)
from basalt_cli.lint.subject import SubjectBuilder
from basalt_cli.model.source import FILE_START, Mapping, Problem, Span
from basalt_cli.text.clean import INVISIBLE

from tests.lint.trees import make_tree

TEXT = """\
model: {name: m, parameters: {temperature: 0, stop: [a, b]}}
tools: [{name: find}, plain]
prompt: |
  Hello
  {{ name }}
"""


def build(folder: Path, text: str) -> Subject:
    return SubjectBuilder(make_tree(folder, {"a.yaml": text}), "prompts").build("a.yaml").subject


def test_entries_and_items_are_empty_where_there_is_no_such_node(tmp_path: Path) -> None:
    subject = build(tmp_path, TEXT)
    assert [key.text for key, _ in subject.entries()] == ["model", "tools", "prompt"]
    assert [key.text for key, _ in subject.entries("model", "parameters")] == ["temperature", "stop"]
    for path in (("model", "name"), ("model", "nope", "deeper"), ("prompt", "deeper"), ("nope",)):
        assert subject.entries(*path) == ()
    assert [type(item).__name__ for item in subject.items("tools")] == ["Mapping", "Scalar"]
    assert subject.items("model") == subject.items("nope") == ()
    first = subject.items("tools")[0]
    assert [key.text for key, _ in subject.entries_of(first)] == ["name"]
    assert subject.entries_of(None) == subject.entries_of(subject.items("tools")[1]) == ()


def test_a_file_that_is_not_yaml_has_no_entries_items_or_scalars(tmp_path: Path) -> None:
    subject = build(tmp_path, "prompt: [")
    assert (subject.entries("prompt"), subject.items("prompt"), list(subject.scalars())) == ((), (), [])
    assert subject.first_key_span == FILE_START
    assert build(tmp_path / "list", "- a\n").first_key_span == FILE_START
    assert build(tmp_path / "empty", "{}\n").first_key_span == FILE_START


def test_scalars_are_all_keys_and_values_in_file_order(tmp_path: Path) -> None:
    texts = [scalar.text for scalar in build(tmp_path, TEXT).scalars()]
    assert texts[:9] == ["model", "name", "m", "parameters", "temperature", "0", "stop", "a", "b"]
    assert texts[9:13] == ["tools", "name", "find", "plain"]
    assert texts[13] == "prompt"
    root = read_yaml(b"a\n").root
    assert root is not None
    assert [scalar.text for scalar in scalars_of(root)] == ["a"]


def test_places_are_counted_from_1_in_the_file(tmp_path: Path) -> None:
    subject = build(tmp_path, "# first\n" + TEXT)
    assert subject.first_key_span == Span(2, 1, 2, 6)
    assert subject.span_of(0) == Span(1, 1, 1, 2)
    assert subject.span_of(subject.text.index("tools")) == Span(3, 1, 3, 2)
    (template,) = subject.templates
    assert subject.span(template, template.text.index("name"), 4) == Span(6, 6, 6, 10)
    assert subject.span(template, 0) == Span(5, 3, 5, 4)


@pytest.mark.parametrize(
    ("offset", "length", "span"),
    [(0, 1, Span(1, 1, 1, 2)), (2, 3, Span(1, 3, 1, 6)), (5, 0, Span(2, 1, 2, 2)), (7, 2, Span(2, 3, 2, 5)), (9, 1, Span(3, 1, 3, 2))],
)  # fmt: skip
def test_a_place_in_a_partial_is_counted_in_the_partial(offset: int, length: int, span: Span) -> None:
    assert span_in_file("abcd\nefg\nh", None, offset, length) == span


def test_reported_yields_the_problems_with_the_name_of_the_rule(tmp_path: Path) -> None:
    problems = (Problem("one", "is wrong", FILE_START, "Do this."), Problem("two", "is wrong too", FILE_START))
    subject = build(tmp_path, TEXT)._replace(problems=problems)
    assert list(reported("one")(subject)) == [Mark(FILE_START, "is wrong", "Do this.")]
    assert list(reported("three")(subject)) == []


def test_characters_are_reported_unless_a_script_joins_with_them(tmp_path: Path) -> None:
    subject = build(tmp_path, "prompt: a\u200bb \u0645\u06cc\u200c\u062e\u0648\n")
    check = characters(INVISIBLE, "is invisible", "Remove it.")
    assert list(check(subject)) == [Mark(Span(1, 10, 1, 11), "U+200B is invisible", "Remove it.")]


def test_a_project_lists_its_pointers_and_what_can_be_a_partial() -> None:
    text = b"environments:\n  staging: {a: {}, b/c: {}}\n  production: {}\n  broken: [a]\n"
    paths = ("README.md", "a.yaml", "partials/voice.md", "x.yml")
    subject = RepositorySubject((FileFacts("a.yaml", True, True, "", ()),), paths, (), read_yaml(text).root)
    found = [(name.text, [slug.text for slug in slugs]) for name, slugs in subject.pointers]
    assert found == [("staging", ["a", "b/c"]), ("production", []), ("broken", [])]
    assert subject.partial_paths == ("partials/voice.md",)
    for other in (b"environments: [a]\n", b"- a\n", b"other: {}\n"):
        assert list(subject._replace(deployments=read_yaml(other).root).pointers) == []
    assert list(subject._replace(deployments=None).pointers) == []
    assert isinstance(read_yaml(text).root, Mapping)
