from __future__ import annotations

import pytest
from basalt_cli.diff.messages import compare_examples, compare_turns
from basalt_cli.model.change import Change, Risk

from tests.diff.pairs import source


def compare(old: str, new: str) -> list[Change]:
    return list(compare_turns(source(old).prompt, source(new).prompt))


def messages(*contents: str) -> str:
    """Return a prompt with messages, each as ``ROLE: CONTENT`` in YAML."""
    items = (content.partition(": ") for content in contents)
    return "messages: [" + ", ".join(f"{{role: {role}, content: {content}}}" for role, _, content in items) + "]\n"


def test_added_and_removed_messages() -> None:
    assert compare("prompt: a\n", "system: |\n  two\n  lines\nprompt: a\n") == [
        Change("message-added", "system", None, "two\nlines", Risk.BEHAVIOURAL, "the system message system was added")
    ]
    assert compare(messages("user: a", "assistant: b", "user: c"), messages("user: a")) == [
        Change("message-removed", "messages[1]", "b", None, Risk.BEHAVIOURAL, "the assistant message messages[1] was removed"),
        Change("message-removed", "messages[2]", "c", None, Risk.BEHAVIOURAL, "the user message messages[2] was removed"),
    ]  # fmt: skip


def test_an_added_message_with_parts_is_shown_as_one_text() -> None:
    (change,) = compare(messages("user: a"), messages("user: a", 'user: [{text: "b\\n"}, {image: "c"}]'))
    assert (change.code, change.new) == ("message-added", "b\nc")


def test_equal_messages_around_a_changed_one_are_matched() -> None:
    old, new = messages("system: s", "user: one", "assistant: x"), messages("user: two", "assistant: x", "user: y")
    assert [(c.code, c.path, c.old, c.new) for c in compare(old, new)] == [
        ("message-role", "messages[0].role", "system", "user"),
        ("wording", "messages[0].content", "s", "two"),
        ("message-removed", "messages[1]", "one", None),
        ("message-added", "messages[2]", None, "y"),
    ]


def test_messages_in_another_order() -> None:
    assert compare(messages("user: a", "assistant: b"), messages("assistant: b", "user: a")) == [
        Change("messages-reordered", "messages", "user, assistant", "assistant, user", Risk.BEHAVIOURAL, "the order of the messages changed")
    ]  # fmt: skip


def test_another_role() -> None:
    assert compare(messages("user: a"), messages("assistant: a")) == [
        Change("message-role", "messages[0].role", "user", "assistant", Risk.BEHAVIOURAL, "the role of messages[0] changed from user to assistant")
    ]  # fmt: skip


def test_inserts_are_replaced_and_not_compared_with_messages() -> None:
    variables = "variables: {h: messages, i: messages}\n"
    insert, other = f"messages: [{{insert: h}}]\n{variables}", f"messages: [{{insert: i}}]\n{variables}"
    removed = Change(
        "message-removed", "messages[0]", "h", None, Risk.BEHAVIOURAL, "the insert message messages[0] was removed"
    )
    assert compare(insert, other) == [
        removed, Change("message-added", "messages[0]", None, "i", Risk.BEHAVIOURAL, "the insert message messages[0] was added")
    ]  # fmt: skip
    assert [change.code for change in compare(insert, messages("user: a") + variables)] == [
        "message-removed",
        "message-added",
    ]
    assert [change.code for change in compare(messages("user: a") + variables, insert)] == [
        "message-removed",
        "message-added",
    ]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("prompt: a\n", "prompt: b\n", "prompt"),
        (messages("user: a"), messages("user: b"), "messages[0].content"),
        ("prompt: a\n", messages("user: b"), "messages[0].content"),
        (messages("user: a"), "prompt: b\n", "prompt"),
        (messages("user: [{text: a}]"), messages("user: [{text: b}]"), "messages[0].content[0]"),
    ],
)
def test_a_text_is_named_by_its_path_in_the_new_file(old: str, new: str, path: str) -> None:
    assert [(change.code, change.path) for change in compare(old, new)] == [("wording", path)]


def test_parts_of_other_kinds() -> None:
    assert compare(messages("user: [{text: a}, {image: b}]"), messages("user: [{text: a}, {file: b}]")) == [
        Change("parts", "messages[0]", "text, image", "text, file", Risk.BEHAVIOURAL, "the parts of messages[0] changed from text, image to text, file")
    ]  # fmt: skip
    assert compare(messages("user: a"), messages("user: [{image: b}]")) == [
        Change("parts", "messages[0]", "text", "image", Risk.BEHAVIOURAL, "the parts of messages[0] changed from text to image")
    ]  # fmt: skip


@pytest.mark.parametrize("is_reversed", [False, True])
def test_one_text_or_a_list_of_one_part(is_reversed: bool) -> None:
    texts = [messages("user: a"), messages("user: [{text: a}]")]
    old, new = reversed(texts) if is_reversed else texts
    message = "messages[0] changed between one text and a list of parts, with the same parts"
    assert compare(old, new) == [Change("message-form", "messages[0]", 1, 1, Risk.NONE, message)]


def test_the_settings_of_a_part() -> None:
    old = messages("user: [{text: a}, {image: b, detail: low}]")
    new = messages("user: [{text: a}, {image: c, detail: high, media_type: image/png}]")
    first, second = compare(old, new)
    message = "the settings of messages[0].content[1] changed from image low to image high image/png"
    assert first == Change(
        "part-setting", "messages[0].content[1]", "image low", "image high image/png", Risk.BEHAVIOURAL, message
    )
    assert (second.code, second.path, second.old, second.new) == ("wording", "messages[0].content[1]", "b", "c")
    (change,) = compare(messages("user: [{file: b, filename: x}]"), messages("user: [{file: b, filename: y}]"))
    assert (change.old, change.new) == ("file x", "file y")


def test_whitespace_settings_of_each_prompt_count() -> None:
    text = "{% if 1 %}\\nx{% endif %}"
    trimming = "template: {trim_blocks: true}\n"
    (change,) = compare(messages(f'user: "{text}"'), messages(f'user: "{text}"') + trimming)
    assert (change.code, change.path) == ("wording", "messages[0].content")
    (change,) = compare(messages(f'user: [{{text: "{text}"}}]'), messages(f'user: [{{text: "{text}"}}]') + trimming)
    assert (change.code, change.path) == ("wording", "messages[0].content[0]")
    keeping = "template: {keep_trailing_newline: true}\n"
    (change,) = compare("prompt: a\n" + keeping, 'system: "b\\n"\nprompt: a\n' + keeping)
    assert change.new == "b\n"


def examples(old: str, new: str) -> list[Change]:
    """Return the changes between examples, each a word for the user and one for the assistant, as in ``ab cd``."""

    def text(pairs: str) -> str:
        items = ", ".join(f"{{user: {pair[0]}, assistant: {pair[1]}}}" for pair in pairs.split())
        return f"prompt: p\nexamples: [{items}]\n"

    return list(compare_examples(source(text(old)).prompt, source(text(new)).prompt))


def test_added_and_removed_examples() -> None:
    assert examples("ab", "ab cd ef") == [
        Change("example-added", "examples[1]", None, {"user": "c", "assistant": "d"}, Risk.WORDING, "an example was added"),
        Change("example-added", "examples[2]", None, {"user": "e", "assistant": "f"}, Risk.WORDING, "an example was added"),
    ]  # fmt: skip
    assert examples("ab cd ef", "cd") == [
        Change("example-removed", "examples[0]", {"user": "a", "assistant": "b"}, None, Risk.WORDING, "an example was removed"),
        Change("example-removed", "examples[2]", {"user": "e", "assistant": "f"}, None, Risk.WORDING, "an example was removed"),
    ]  # fmt: skip


def test_examples_in_another_order() -> None:
    assert examples("ab cd", "cd ab") == [
        Change("examples-reordered", "examples", 2, 2, Risk.WORDING, "the order of the examples changed")
    ]


def test_changed_examples_are_compared_text_by_text() -> None:
    changes = examples("ab cd ef", "ab xy ef")
    assert [(c.code, c.path, c.old, c.new) for c in changes] == [
        ("wording", "examples[1].user", "c", "x"), ("wording", "examples[1].assistant", "d", "y")
    ]  # fmt: skip
    changes = examples("ab cd ef", "ac ef gh")
    assert [(c.code, c.path) for c in changes] == [
        ("wording", "examples[0].assistant"), ("example-removed", "examples[1]"), ("example-added", "examples[2]")
    ]  # fmt: skip
    changes = examples("ab", "ac de")
    assert [(c.code, c.path) for c in changes] == [
        ("wording", "examples[0].assistant"),
        ("example-added", "examples[1]"),
    ]


def test_examples_of_another_layout_are_equal() -> None:
    old, new = (
        source(f"prompt: p\nexamples: [{{user: '{text}', assistant: v}}]\n").prompt for text in ("{{1}}", "{{ 1 }}")
    )
    assert list(compare_examples(old, new)) == []
