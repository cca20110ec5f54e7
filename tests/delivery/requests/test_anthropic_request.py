"""Requests to Anthropic."""

from __future__ import annotations

from basalt_cli.delivery.requests.anthropic_request import to_anthropic
from basalt_cli.model.rendered import Origin, RenderedMessage, RenderedPart

from tests.delivery.requests.samples import MESSAGES, prompt


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


def test_parts_that_anthropic_has_no_place_for_are_named() -> None:
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
