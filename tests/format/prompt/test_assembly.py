from __future__ import annotations

import pytest
from basalt_cli.format.prompt.assembly import assemble, describe_message
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.format.prompt.values import VariablesError
from basalt_cli.model.json_value import Json
from basalt_cli.model.rendered import Origin, RenderedMessage, RenderedPart


def messages(text: str, **values: Json) -> tuple[RenderedMessage, ...]:
    file = parse_prompt("test", text.encode())
    assert file.problems == ()
    assert file.prompt is not None
    return assemble(file.prompt, {t.key: t.text.upper() for t in file.prompt.templates}, values)


def test_messages_come_in_sending_order() -> None:
    text = (
        "variables: {h: messages}\nprompt: p\nsystem: s\nexamples: [{user: u, assistant: a}, {user: v, assistant: b}]\n"
    )
    assert messages(text, h=[{"role": "assistant", "content": "before"}]) == (
        RenderedMessage("system", "S"),
        RenderedMessage("user", "U", Origin.EXAMPLE),
        RenderedMessage("assistant", "A", Origin.EXAMPLE),
        RenderedMessage("user", "V", Origin.EXAMPLE),
        RenderedMessage("assistant", "B", Origin.EXAMPLE),
        RenderedMessage("assistant", "before", Origin.HISTORY),
        RenderedMessage("user", "P"),
    )


def test_a_history_without_a_value_is_no_message() -> None:
    assert messages("variables: {h: {type: messages, optional: true}}\nprompt: p\n") == (RenderedMessage("user", "P"),)


def test_parts_keep_their_settings() -> None:
    text = "messages: [{role: user, content: [{text: t}, {image: i, detail: low}, {file: f, media_type: a/b, filename: n}]}]\n"
    (message,) = messages(text)
    assert message.content == (
        RenderedPart("text", "T"),
        RenderedPart("image", "I", "low"),
        RenderedPart("file", "F", None, "a/b", "n"),
    )
    assert describe_message(message) == {
        "role": "user",
        "content": [
            {"type": "text", "text": "T"},
            {"type": "image", "image": "I", "detail": "low"},
            {"type": "file", "file": "F", "media_type": "a/b", "filename": "n"},
        ],
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("text", "text"),
        ("", ""),
        (None, ""),
        ([], ()),
        ({"text": "t"}, (RenderedPart("text", "t"),)),
        ([{"type": "text", "text": "t"}, {"image": "u", "detail": "high"}], (RenderedPart("text", "t"), RenderedPart("image", "u", "high"))),
        ([{"file": "f", "filename": "n", "media_type": "m"}], (RenderedPart("file", "f", None, "m", "n"),)),
    ],
)  # fmt: skip
def test_the_content_of_history(content: Json, expected: object) -> None:
    found = messages("variables: {h: messages}\nprompt: p\n", h=[{"role": "user", "content": content}])
    assert (found[0].content, found[0].origin) == (expected, Origin.HISTORY)


@pytest.mark.parametrize("content", [3, ["text"], [{"text": 3}], [{"type": "image_url"}], [None], True])
def test_other_content_of_history_is_refused(content: Json) -> None:
    history: Json = [{"role": "user", "content": "fine"}, {"role": "user", "content": content}]
    with pytest.raises(VariablesError) as caught:
        messages("variables: {h: messages}\nprompt: p\n", h=history)
    assert caught.value.message == "the content of h[1] is neither text nor a list of parts"
    assert caught.value.hint == "Give a text, or a list of parts such as {text: ...} and {image: URL}."


def test_history_keeps_its_other_keys() -> None:
    item: dict[str, Json] = {"role": "tool", "content": "c", "tool_call_id": "1", "name": "n"}
    message = messages("variables: {h: messages}\nprompt: p\n", h=[item])[0]
    assert message.extra == {"tool_call_id": "1", "name": "n"}
    assert describe_message(message) == item
