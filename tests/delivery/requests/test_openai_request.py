"""Requests to OpenAI, and the arguments of LiteLLM."""

from __future__ import annotations

import pytest
from basalt_cli import (
    Basalt,
    BasaltWarning,
)
from basalt_cli.delivery.requests.anthropic_request import to_anthropic
from basalt_cli.delivery.requests.openai_request import to_openai
from basalt_cli.errors import BasaltError
from basalt_cli.model.rendered import RenderedMessage, RenderedPart

from tests.client.shop import GREETING
from tests.delivery.requests.samples import MESSAGES, build_requests, prompt
from tests.support import Repo


def test_a_prompt_cannot_send_the_key_of_an_application_elsewhere(shop: Repo) -> None:
    text = GREETING.replace("temperature: 0.2", "api_base: https://evil.example, extra_headers: {a: b}, api_key: x")
    shop.commit("Evil", {"prompts/evil.yaml": text})
    prompt = Basalt(shop.path).prompts.get_sync("evil", "latest", variables={"name": "Ada"})
    with pytest.warns(BasaltWarning, match="is left out") as warned:
        arguments = prompt.to_litellm()
    assert len(warned) == 3
    assert not {"api_base", "extra_headers", "api_key"} & arguments.keys()
    assert {"api_base", "extra_headers", "api_key"} <= prompt.to_openai()["extra_body"].keys()
    with pytest.warns(BasaltWarning, match="is left out"):
        assert "api_base" not in prompt.to_gemini()["config"]


pytestmark = pytest.mark.filterwarnings("ignore:gemini/image. filename is left out")


def test_litellm_is_told_the_provider(shop: Repo) -> None:
    found = {kind: arguments for provider, kind, arguments in build_requests(shop) if provider == "litellm"}
    assert found["text"]["model"] == "anthropic/claude-sonnet-4-5"
    assert found["text"]["max_tokens"] == 60
    assert "max_completion_tokens" not in found["text"]


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


def test_small_settings() -> None:
    text = "model: {name: m, parameters: {max_tokens: 1, reasoning_effort: low}}\noutput: {format: json}\ntool_choice: required\nprompt: x\n"
    assert to_openai(prompt(text), ()).body["response_format"] == {"type": "json_object"}
    assert to_openai(prompt(text), ()).body["tool_choice"] == "required"
    body = to_anthropic(prompt(text), ()).body
    assert body["output_config"] == {"effort": "low"}
    assert body["tool_choice"] == {"type": "any"}


def test_openai_takes_files_as_data_or_by_id() -> None:
    def content(address: str) -> object:
        messages = to_openai(prompt(), (RenderedMessage("user", (RenderedPart("file", address),)),)).body["messages"]
        assert isinstance(messages, list)
        assert isinstance(messages[0], dict)
        return messages[0]["content"]

    assert content("file-abc") == [{"type": "file", "file": {"file_id": "file-abc"}}]
    with pytest.raises(BasaltError, match="OpenAI does not take the URL of a file"):
        content("https://x/y.pdf")
