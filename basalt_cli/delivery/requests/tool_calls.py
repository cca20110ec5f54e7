"""Tool calls of a chat history, in the format of OpenAI's API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.errors import BasaltError
from basalt_cli.model.json_value import Json
from basalt_cli.model.rendered import RenderedMessage


class ToolCall(NamedTuple):
    """A tool call of a message: its id, the name of the function, and the arguments."""

    id: Json
    name: str
    arguments: Json


def list_tool_calls(message: RenderedMessage) -> Iterator[ToolCall]:
    """Yield the tool calls of a message; raise BasaltError for one that does not have the format of OpenAI's API."""
    calls = message.extra.get("tool_calls") or []
    if not isinstance(calls, list):
        hint = "Write them as OpenAI's API returns them."
        raise BasaltError("the tool calls in the history are not a list", hint=hint)
    for call in calls:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(call, dict) or not isinstance(function, dict):
            raise BasaltError("a tool call in the history has no function", hint="Write it as OpenAI's API returns it.")
        try:
            arguments = json.loads(str(function.get("arguments") or "{}"))
        except ValueError:
            hint = "The arguments of a tool call are a JSON text."
            raise BasaltError("a tool call in the history has arguments that are not JSON", hint=hint) from None
        yield ToolCall(call.get("id"), str(function.get("name")), arguments)
