"""Write a rendered prompt as a request to Anthropic.

https://docs.anthropic.com/en/api/messages. Parts that Anthropic has no place for are left out and named.
"""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.delivery.requests.provider_request import (
    DATA_URL,
    ProviderRequest,
    add_parameters,
    describe_optional,
    find_losses,
    join_system,
    list_others,
    require_model,
)
from basalt_cli.delivery.requests.tool_calls import list_tool_calls
from basalt_cli.errors import BasaltError
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt
from basalt_cli.model.rendered import RenderedMessage, RenderedPart

_NAMES = {"stop": "stop_sequences"}
_UNSUPPORTED = ("frequency_penalty", "presence_penalty", "seed", "verbosity")


def to_anthropic(prompt: Prompt, messages: tuple[RenderedMessage, ...]) -> ProviderRequest:
    """Return the body of a message; system messages are joined into ``system``."""
    model = require_model(prompt, "Anthropic")
    if not any(name == "max_tokens" for name, _ in prompt.model.parameters):
        hint = "Add max_tokens under model.parameters."
        raise BasaltError(f"a request to Anthropic needs max_tokens, and {prompt.slug} does not set it", hint=hint)
    body: dict[str, Json] = {"model": model}
    system = join_system(messages)
    if system:
        body["system"] = system
    body["messages"] = [_to_message(message) for message in list_others(messages)]
    left_out = add_parameters(body, prompt, _NAMES, _UNSUPPORTED, "Anthropic")
    warnings = (*left_out, *dict.fromkeys(_find_losses(prompt, messages)))
    if isinstance(body.get("stop_sequences"), str):
        body["stop_sequences"] = [body["stop_sequences"]]
    _add_output(body, prompt)
    if prompt.tools:
        body["tools"] = [
            {"name": tool.name, **describe_optional(tool.description), "input_schema": tool.parameters}
            for tool in prompt.tools
        ]
    if prompt.tool_choice is not None:
        kinds: dict[str, dict[str, Json]] = {
            "auto": {"type": "auto"},
            "none": {"type": "none"},
            "required": {"type": "any"},
        }
        body["tool_choice"] = dict(kinds.get(prompt.tool_choice, {"type": "tool", "name": prompt.tool_choice}))
    return ProviderRequest(body, warnings)


def _find_losses(prompt: Prompt, messages: tuple[RenderedMessage, ...]) -> Iterator[str]:
    """Yield a sentence for each part of the prompt that Anthropic has no place for."""
    if prompt.output.format == "json" and prompt.output.schema is None:
        yield "output.format json is left out: Anthropic takes it only with a schema."
    yield from find_losses(messages, "Anthropic", ("tool_calls", "tool_call_id"))


def _to_message(message: RenderedMessage) -> dict[str, Json]:
    if message.role == "tool":
        call = message.extra.get("tool_call_id")
        return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call, "content": message.text}]}
    if message.extra.get("tool_calls"):
        return {"role": message.role, "content": _to_blocks(message)}
    if isinstance(message.content, str):
        return {"role": message.role, "content": message.content}
    return {"role": message.role, "content": [_to_part(part) for part in message.content]}


def _to_blocks(message: RenderedMessage) -> list[Json]:
    blocks: list[Json] = [{"type": "text", "text": message.text}] if message.text else []
    calls = list_tool_calls(message)
    return [*blocks, *({"type": "tool_use", "id": c.id, "name": c.name, "input": c.arguments} for c in calls)]


def _to_part(part: RenderedPart) -> dict[str, Json]:
    if part.kind == "text":
        return {"type": "text", "text": part.content}
    kind = "image" if part.kind == "image" else "document"
    title: dict[str, Json] = {"title": part.filename} if part.filename and kind == "document" else {}
    match = DATA_URL.match(part.content)
    if match is None:
        return {"type": kind, "source": {"type": "url", "url": part.content}, **title}
    media_type = part.media_type or match.group(1)
    return {"type": kind, "source": {"type": "base64", "media_type": media_type, "data": match.group(2)}, **title}


def _add_output(body: dict[str, Json], prompt: Prompt) -> None:
    """Add the keys that Anthropic has under ``output_config``: the effort and the output format."""
    config: dict[str, Json] = {}
    if "reasoning_effort" in body:
        config["effort"] = body.pop("reasoning_effort")
    if prompt.output.format == "json" and prompt.output.schema is not None:
        config["format"] = {"type": "json_schema", "schema": prompt.output.schema}
    if config:
        body["output_config"] = config
