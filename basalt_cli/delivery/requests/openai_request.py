"""Write a rendered prompt as a request to OpenAI, or as the arguments of LiteLLM, which has the same format.

https://platform.openai.com/docs/api-reference/chat. Parts that OpenAI has no place for are left out and named.
"""

from __future__ import annotations

import re

from basalt_cli.delivery.requests.provider_request import (
    ProviderRequest,
    add_parameters,
    describe_optional,
    require_model,
)
from basalt_cli.errors import BasaltError
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt
from basalt_cli.model.rendered import RenderedMessage, RenderedPart

_NAMES = {"max_tokens": "max_completion_tokens"}
_UNSUPPORTED = ("top_k",)
_LITELLM_PARAMETERS = frozenset(
    ("temperature", "top_p", "top_k", "max_tokens", "frequency_penalty", "presence_penalty", "stop", "seed",
     "reasoning_effort", "verbosity", "n", "logprobs", "top_logprobs", "logit_bias", "parallel_tool_calls", "thinking")
)  # fmt: skip
_LITELLM_PROVIDERS = {"google": "gemini"}


def to_openai(prompt: Prompt, messages: tuple[RenderedMessage, ...]) -> ProviderRequest:
    """Return the body of a chat completion."""
    body: dict[str, Json] = {"model": require_model(prompt, "OpenAI")}
    body["messages"] = [{"role": m.role, "content": _content(m), **m.extra} for m in messages]
    warnings = add_parameters(body, prompt, _NAMES, _UNSUPPORTED, "OpenAI")
    if prompt.output.format == "json":
        body["response_format"] = _response_format(prompt)
    if prompt.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {"name": t.name, **describe_optional(t.description), "parameters": t.parameters},
            }
            for t in prompt.tools
        ]
    if prompt.tool_choice is not None:
        is_name = any(tool.name == prompt.tool_choice for tool in prompt.tools)
        named: Json = {"type": "function", "function": {"name": prompt.tool_choice}}
        body["tool_choice"] = named if is_name else prompt.tool_choice
    return ProviderRequest(body, warnings)


def to_litellm(prompt: Prompt, messages: tuple[RenderedMessage, ...]) -> ProviderRequest:
    """Return the arguments of LiteLLM's ``completion``: those of OpenAI, with the provider before the model's name."""
    given = dict(prompt.model.parameters)
    request = to_openai(prompt, messages)
    # Only parameters that shape the answer: others, such as api_base, could send the application's key elsewhere.
    unsafe = sorted(name for name in given if name not in _LITELLM_PARAMETERS)
    body = {"max_tokens" if name == "max_completion_tokens" else name: value for name, value in request.body.items()}
    body = {name: value for name, value in body.items() if name not in unsafe}
    body |= {name: value for name, value in given.items() if name in _UNSUPPORTED}
    warnings = tuple(f"{name} is left out: LiteLLM has no such parameter of a model." for name in unsafe)
    if prompt.model.provider and "/" not in str(body["model"]):
        body["model"] = f"{_LITELLM_PROVIDERS.get(prompt.model.provider, prompt.model.provider)}/{body['model']}"
    return ProviderRequest(body, warnings)


def _response_format(prompt: Prompt) -> dict[str, Json]:
    if prompt.output.schema is None:
        return {"type": "json_object"}
    name = re.sub(r"[^a-zA-Z0-9_-]", "_", prompt.slug)[-64:]
    return {"type": "json_schema", "json_schema": {"name": name, "schema": prompt.output.schema}}


def _content(message: RenderedMessage) -> Json:
    return message.content if isinstance(message.content, str) else [_part(part) for part in message.content]


def _part(part: RenderedPart) -> dict[str, Json]:
    if part.kind == "text":
        return {"type": "text", "text": part.content}
    if part.kind == "image":
        detail: dict[str, Json] = {"detail": part.detail} if part.detail else {}
        return {"type": "image_url", "image_url": {"url": part.content, **detail}}
    filename: dict[str, Json] = {"filename": part.filename} if part.filename else {}
    if part.content.startswith("file-"):
        return {"type": "file", "file": {"file_id": part.content}}
    if not part.content.startswith("data:"):
        hint = "Give the file as a data URL, or as the id of an uploaded file (file-...)."
        raise BasaltError(f"OpenAI does not take the URL of a file: {part.content[:60]}", hint=hint)
    return {"type": "file", "file": {"file_data": part.content, **filename}}
