from __future__ import annotations

import pytest
from basalt_cli.delivery.requests.anthropic_request import to_anthropic
from basalt_cli.delivery.requests.openai_request import to_openai
from basalt_cli.errors import BasaltError
from basalt_cli.format.prompt.file import parse_prompt
from basalt_cli.model.prompt import Prompt
from basalt_cli.model.rendered import Origin, RenderedMessage, RenderedPart, system_text, task_text

TEXT = """\
model: {provider: p, name: m, version: "1", parameters: {temperature: 0, max_tokens: 9, top_k: 2, seed: 3, stop: END}}
output: {format: json, schema: {type: object}}
tools: [{name: find, description: Find it, parameters: {type: object}}]
tool_choice: find
prompt: x
"""

MESSAGES = (
    RenderedMessage("system", "S1"),
    RenderedMessage("developer", "S2"),
    RenderedMessage("user", "U", Origin.EXAMPLE),
    RenderedMessage("assistant", "A", Origin.EXAMPLE),
    RenderedMessage(
        "assistant",
        "",
        Origin.HISTORY,
        {"tool_calls": [{"id": "c1", "type": "function", "function": {"name": "find", "arguments": '{"q": 1}'}}]},
    ),
    RenderedMessage("tool", "found", Origin.HISTORY, {"tool_call_id": "c1"}),
    RenderedMessage(
        "user",
        (
            RenderedPart("text", "T"),
            RenderedPart("image", "https://x/y.png", detail="low"),
            RenderedPart("image", "data:image/png;base64,AAAA"),
            RenderedPart("file", "data:application/pdf;base64,BBBB", filename="r.pdf"),
        ),
    ),
)


def prompt(text: str = TEXT) -> Prompt:
    found = parse_prompt("support/reply", text.encode()).prompt
    assert found is not None
    return found


def test_openai_body() -> None:
    body, warnings = to_openai(prompt(), MESSAGES)
    assert body["model"] == "m-1"
    assert body["max_completion_tokens"] == 9
    assert body["stop"] == "END"
    assert "top_k" not in body
    assert warnings == ("top_k is left out: OpenAI has no such parameter.",)
    assert body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "support_reply", "schema": {"type": "object"}},
    }
    assert body["tool_choice"] == {"type": "function", "function": {"name": "find"}}
    messages = body["messages"]
    assert isinstance(messages, list)
    assert messages[5] == {"role": "tool", "content": "found", "tool_call_id": "c1"}
    assert messages[6] == {
        "role": "user",
        "content": [
            {"type": "text", "text": "T"},
            {"type": "image_url", "image_url": {"url": "https://x/y.png", "detail": "low"}},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
            {"type": "file", "file": {"file_data": "data:application/pdf;base64,BBBB", "filename": "r.pdf"}},
        ],
    }


def test_anthropic_body() -> None:
    body, warnings = to_anthropic(prompt(), MESSAGES)
    assert (body["model"], body["max_tokens"], body["top_k"]) == ("m-1", 9, 2)
    assert body["system"] == "S1\n\nS2"
    assert body["stop_sequences"] == ["END"]
    assert warnings == (
        "seed is left out: Anthropic has no such parameter.",
        "detail is left out: Anthropic has no such setting of an image.",
    )
    assert body["tools"] == [{"name": "find", "description": "Find it", "input_schema": {"type": "object"}}]
    assert body["tool_choice"] == {"type": "tool", "name": "find"}
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": {"type": "object"}}}
    messages = body["messages"]
    assert isinstance(messages, list)
    assert messages[2:4] == [
        {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "find", "input": {"q": 1}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "found"}]},
    ]
    assert messages[4] == {
        "role": "user",
        "content": [
            {"type": "text", "text": "T"},
            {"type": "image", "source": {"type": "url", "url": "https://x/y.png"}},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
            {
                "type": "document",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "BBBB"},
                "title": "r.pdf",
            },
        ],
    }


def test_what_a_provider_requires_is_asked_for() -> None:
    with pytest.raises(BasaltError, match="needs a model"):
        to_openai(prompt("prompt: x\n"), ())
    with pytest.raises(BasaltError, match="a request to Anthropic needs max_tokens"):
        to_anthropic(prompt("prompt: x\nmodel: {name: m}\n"), ())


@pytest.mark.parametrize("call", [{"id": "x"}, {"id": "x", "function": {"name": "f", "arguments": "{"}}])
def test_a_broken_tool_call_is_told(call: dict[str, object]) -> None:
    message = RenderedMessage("assistant", "", Origin.HISTORY, {"tool_calls": [call]})  # type: ignore[list-item]
    with pytest.raises(BasaltError, match="a tool call in the history"):
        to_anthropic(prompt(), (message,))


def test_small_settings() -> None:
    text = "model: {name: m, parameters: {max_tokens: 1, reasoning_effort: low}}\noutput: {format: json}\ntool_choice: required\nprompt: x\n"
    assert to_openai(prompt(text), ()).body["response_format"] == {"type": "json_object"}
    assert to_openai(prompt(text), ()).body["tool_choice"] == "required"
    body = to_anthropic(prompt(text), ()).body
    assert body["output_config"] == {"effort": "low"}
    assert body["tool_choice"] == {"type": "any"}


def test_texts_leave_examples_and_history_out() -> None:
    assert system_text(MESSAGES) == "S1\n\nS2"
    assert task_text(MESSAGES) == "T"


def test_what_anthropic_has_no_place_for_is_named() -> None:
    text = "model: {name: m, parameters: {max_tokens: 1}}\noutput: {format: json}\nprompt: x\n"
    messages = (
        RenderedMessage("system", (RenderedPart("text", "t"), RenderedPart("image", "u"))),
        RenderedMessage("user", "x", Origin.HISTORY, {"name": "Ada"}),
    )
    assert to_anthropic(prompt(text), messages).warnings == (
        "output.format json is left out: Anthropic takes it only with a schema.",
        "images and files of a system message are left out: Anthropic takes text alone there.",
        "name of a user message is left out: Anthropic has no place for it.",
    )


def test_a_parameter_cannot_replace_the_prompt() -> None:
    with pytest.raises(BasaltError, match="'messages' would replace"):
        to_openai(prompt("model: {name: m, parameters: {messages: gone}}\nprompt: x\n"), ())


def test_openai_takes_files_as_data_or_by_id() -> None:
    def content(address: str) -> object:
        messages = to_openai(prompt(), (RenderedMessage("user", (RenderedPart("file", address),)),)).body["messages"]
        assert isinstance(messages, list)
        assert isinstance(messages[0], dict)
        return messages[0]["content"]

    assert content("file-abc") == [{"type": "file", "file": {"file_id": "file-abc"}}]
    with pytest.raises(BasaltError, match="OpenAI does not take the URL of a file"):
        content("https://x/y.pdf")
