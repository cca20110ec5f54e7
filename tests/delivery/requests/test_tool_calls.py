"""Tool calls of a chat history."""

from __future__ import annotations

import pytest
from basalt_cli import (
    Basalt,
)
from basalt_cli.delivery.requests.anthropic_request import to_anthropic
from basalt_cli.errors import BasaltError
from basalt_cli.model.rendered import Origin, RenderedMessage

from tests.client.shop import GREETING
from tests.delivery.requests.samples import prompt
from tests.support import Repo


def test_a_message_without_tool_calls_has_none(client: Basalt, shop: Repo) -> None:
    text = GREETING.replace("max_tokens: 60", "max_tokens: 60, top_p: 1")
    shop.commit("Calls", {"prompts/calls.yaml": text})
    history = [{"role": "assistant", "content": "Hey", "tool_calls": None}]
    prompt = client.prompts.get_sync("calls", "latest", variables={"name": "Ada", "history": history})
    assert prompt.to_anthropic()["messages"][0] == {"role": "assistant", "content": "Hey"}


@pytest.mark.parametrize("call", [{"id": "x"}, {"id": "x", "function": {"name": "f", "arguments": "{"}}])
def test_a_broken_tool_call_is_refused(call: dict[str, object]) -> None:
    message = RenderedMessage("assistant", "", Origin.HISTORY, {"tool_calls": [call]})  # type: ignore[list-item]
    with pytest.raises(BasaltError, match="a tool call in the history"):
        to_anthropic(prompt(), (message,))
