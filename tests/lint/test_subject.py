"""What a subject holds of a file, and which facts of it the rules about the project see."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from basalt_cli.errors import NotFoundError
from basalt_cli.lint.rule import FileFacts
from basalt_cli.lint.subject import Built, SubjectBuilder, hash_bytes
from basalt_cli.workspace.prompt_tree import LARGEST_FILE_BYTES

from tests.lint.trees import make_tree

INCLUDE = 'prompt: \'{% include "p/one.md" %}{% include "p/none.md" ignore missing %}\'\n'


def build(folder: Path, files: dict[str, str | bytes], path: str = "a.yaml") -> Built:
    return SubjectBuilder(make_tree(folder, files), "prompts").build(path)


def sent(folder: Path, text: str, partial: str = "x") -> str:
    return build(folder, {"a.yaml": text, "p/one.md": partial}).facts.sent


def test_a_prompt_is_parsed_with_the_partials_that_it_includes(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.yaml": INCLUDE,
        "p/one.md": "1 {% include 'p/two.md' %}{% include 'p/latin.md' %}{% include 'p/one.md' %}",
        "p/two.md": "2\r\n",
        "p/latin.md": b"\xe9",
        "p/unused.md": "3",
    }
    subject, facts, dependencies, content_hash = build(tmp_path, files)
    assert (subject.path, subject.text, subject.problems) == ("a.yaml", INCLUDE, ())
    assert subject.prompt is not None
    assert [template.owner for template in subject.templates] == list(subject.prompt.templates)
    assert subject.partials == {"p/one.md": files["p/one.md"], "p/two.md": "2\n"}
    assert dependencies == ("p/one.md", "p/none.md", "p/two.md", "p/latin.md")
    assert facts._replace(sent="") == FileFacts("a.yaml", True, True, "", ("p/one.md", "p/two.md", "p/latin.md"))
    assert len(facts.sent) == 64
    assert content_hash == hash_bytes(INCLUDE.encode()) == hashlib.sha256(INCLUDE.encode()).hexdigest()


def test_a_partial_is_one_template_without_yaml(tmp_path: Path) -> None:
    subject, facts, dependencies, _ = build(tmp_path, {"p.md": "a: {{ b }}\r\n{% include 'q.md' %}"}, "p.md")
    assert (subject.root, subject.prompt, subject.text) == (None, None, "a: {{ b }}\r\n{% include 'q.md' %}")
    assert [(template.text, template.owner) for template in subject.templates] == [(subject.text, None)]
    assert (facts.is_prompt, facts.is_readable, facts.sent, facts.reached) == (False, True, "", ())
    assert dependencies == ("q.md",)


@pytest.mark.parametrize(
    ("path", "content", "rules", "templates"),
    [
        ("a.yaml", "prompt: '{{ a $ }}'\n", ["template-syntax"], 1),
        ("a.yaml", "promt: a\nprompt: b\n", ["unknown-key"], 1),
        ("a.yaml", "prompt: [", ["yaml-syntax"], 0),
        ("p.md", "{{ a $ }}", ["template-syntax"], 1),
        ("p.md", b"caf\xe9", ["encoding"], 0),
        ("p.md", b"a" * (LARGEST_FILE_BYTES + 1), ["document-bounds"], 0),
        ("p.md", b"\xe9" * (LARGEST_FILE_BYTES + 1), ["document-bounds"], 0),
    ],
)
def test_a_file_with_a_problem_is_not_readable_and_sends_nothing_known(
    path: str, content: str | bytes, rules: list[str], templates: int, tmp_path: Path
) -> None:
    subject, facts, *_ = build(tmp_path, {path: content}, path)
    assert [problem.rule for problem in subject.problems] == rules
    assert (facts.is_readable, facts.sent, len(subject.templates)) == (False, "", templates)


def test_the_largest_partial_is_readable(tmp_path: Path) -> None:
    assert build(tmp_path, {"p.md": b"a" * LARGEST_FILE_BYTES}, "p.md").facts.is_readable


def test_a_partial_that_is_too_large_is_reported_at_its_start(tmp_path: Path) -> None:
    (problem,) = build(tmp_path, {"p.md": b"a" * (LARGEST_FILE_BYTES + 1)}, "p.md").subject.problems
    assert (problem.message, problem.help) == (
        "the file has more than 262,144 bytes", "Split it, or pass the text as a variable."
    )  # fmt: skip
    assert problem.span == (1, 1, 1, 1)


def test_a_template_problem_has_its_place_in_the_file(tmp_path: Path) -> None:
    (problem,) = build(tmp_path, {"a.yaml": "name: b\nprompt: |\n  Hi\n  {{ a | nofilter }}\n"}).subject.problems
    assert (problem.rule, problem.span) == ("unknown-filter", (4, 10, 4, 18))
    (problem,) = build(tmp_path, {"p.md": "Hi\n{{ a | nofilter }}\n"}, "p.md").subject.problems
    assert (problem.rule, problem.span) == ("unknown-filter", (2, 8, 2, 16))


def test_the_whitespace_settings_of_a_prompt_apply_to_its_templates(tmp_path: Path) -> None:
    text = "template: {trim_blocks: true}\nprompt: |\n  {% if true %}\n  {% endif %}\n"
    assert build(tmp_path, {"a.yaml": text}).subject.templates[0].facts.problems == ()


def test_a_missing_file_is_an_error_that_says_where_links_are_not_followed(tmp_path: Path) -> None:
    builder = SubjectBuilder(make_tree(tmp_path, {"a.yaml": "prompt: a\n"}), "prompts")
    with pytest.raises(NotFoundError) as caught:
        builder.build("b.yaml")
    assert (caught.value.message, caught.value.hint) == ("prompts/b.yaml does not exist", None)
    (tmp_path / "c.yaml").symlink_to(tmp_path / "a.yaml")
    with pytest.raises(NotFoundError) as caught:
        builder.build("c.yaml")
    assert (caught.value.message, caught.value.hint) == ("prompts/c.yaml does not exist", "Links are not followed.")


BASE = """\
variables: {a: {type: string, default: b}}
model: {name: m, provider: openai, parameters: {temperature: 0}}
system: Be kind.
prompt: "{{ a }}{% include 'p/one.md' %}"
examples: [{user: u, assistant: v}]
tools: [{name: t, description: d, parameters: {type: object}}]
tool_choice: auto
output: {format: json, schema: {type: object}}
template: {trim_blocks: true}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("default: b", "default: c"), ("default: b", "optional: true"), ("type: string, default: b", "type: [string, 'null'], default: b"),
        ("{a: {type", "{z: string, a: {type"), ("name: m", "name: n"), ("openai", "anthropic"), ("temperature: 0", "temperature: 1"),
        ("Be kind.", "Be brief."), ("system: Be kind.\n", ""), ("user: u", "user: x"), ("assistant: v", "assistant: x"), ("name: t", "name: x"), ("description: d", "description: x"),
        ("parameters: {type: object}", "parameters: {}"), ("tool_choice: auto", "tool_choice: none"), ("format: json, schema: {type: object}", "format: json"),
        ("trim_blocks", "lstrip_blocks"), ("{{ a }}", "{{ a }} "),
    ],
)  # fmt: skip
def test_prompts_that_send_something_else_have_another_hash(before: str, after: str, tmp_path: Path) -> None:
    assert before in BASE
    base, other = sent(tmp_path, BASE), sent(tmp_path, BASE.replace(before, after))
    assert base
    assert other
    assert base != other


@pytest.mark.parametrize(
    "change", ["name: A name\n", "description: Says more.\n", "metadata: {a: b}\n", "# A comment.\n", "feature: f\n"]
)
def test_what_is_not_sent_does_not_change_the_hash(change: str, tmp_path: Path) -> None:
    assert sent(tmp_path, BASE) == sent(tmp_path, BASE + change)


def test_the_text_of_a_partial_and_the_role_of_a_message_are_part_of_what_is_sent(tmp_path: Path) -> None:
    assert sent(tmp_path, BASE, "x") != sent(tmp_path, BASE, "y")
    message = "messages: [{role: %s, content: a}, {insert: examples}]\nexamples: [{user: u, assistant: v}]\n"
    assert sent(tmp_path, message % "user") != sent(tmp_path, message % "system")
    assert sent(tmp_path, message % "user") != sent(tmp_path, message.replace(", {insert: examples}", "") % "user")
    parts = "messages: [{role: user, content: [{text: a}, {text: %s}]}]\n"
    assert sent(tmp_path, parts % "b") != sent(tmp_path, parts % "c")


def test_a_partial_is_read_once_for_all_subjects(tmp_path: Path) -> None:
    builder = SubjectBuilder(make_tree(tmp_path, {"a.yaml": INCLUDE, "b.yaml": INCLUDE, "p/one.md": "1"}), "prompts")
    first = builder.build("a.yaml").subject.partials
    (tmp_path / "p/one.md").write_text("changed")
    assert builder.build("b.yaml").subject.partials == first == {"p/one.md": "1"}
