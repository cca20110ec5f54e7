"""Requests to Gemini."""

from __future__ import annotations

import pytest

from tests.delivery.requests.samples import build_requests
from tests.support import Repo

pytestmark = pytest.mark.filterwarnings("ignore:gemini/image. filename is left out")


def test_a_request_for_gemini(shop: Repo) -> None:
    found = {kind: arguments for provider, kind, arguments in build_requests(shop) if provider == "gemini"}
    assert found["text"] == {
        "model": "gemini-2.5-flash",
        "contents": [{"role": "user", "parts": [{"text": "Hello"}]}],
        "config": {
            "temperature": 0.2, "top_p": 0.9, "max_output_tokens": 60, "stop_sequences": ["END"],
            "system_instruction": "Be kind.",
        },
    }  # fmt: skip
    assert found["json"]["config"]["response_mime_type"] == "application/json"
    assert found["tools"]["config"]["tool_config"] == {
        "function_calling_config": {"mode": "ANY", "allowed_function_names": ["look"]}
    }
    assert [content["role"] for content in found["history"]["contents"]] == ["user", "model", "user", "model", "user"]
    assert found["history"]["contents"][1]["parts"] == [
        {"function_call": {"id": "call_1", "name": "look", "args": {"q": "x"}}}
    ]
    assert found["history"]["contents"][2]["parts"] == [
        {"function_response": {"id": "call_1", "name": "look", "response": {"result": "found"}}}
    ]
    assert found["image"]["contents"][0]["parts"][1]["inline_data"]["mime_type"] == "image/png"
