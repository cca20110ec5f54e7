"""Put a rendered prompt into the request body of a provider's API.

OpenAI: https://platform.openai.com/docs/api-reference/chat; Anthropic: https://docs.anthropic.com/en/api/messages.
What a provider has no place for is left out and named, never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.delivery.requests.tool_calls import list_tool_calls
from basalt_cli.errors import BasaltError
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt
from basalt_cli.model.rendered import RenderedMessage, RenderedPart

DATA_URL = re.compile(r"data:([^;,]+);base64,(.*)\Z", re.DOTALL)
_OPENAI_NAMES = {"max_tokens": "max_completion_tokens"}
_OPENAI_UNSUPPORTED = ("top_k",)
_LITELLM_PARAMETERS = frozenset(
    ("temperature", "top_p", "top_k", "max_tokens", "frequency_penalty", "presence_penalty", "stop", "seed",
     "reasoning_effort", "verbosity", "n", "logprobs", "top_logprobs", "logit_bias", "parallel_tool_calls", "thinking")
)  # fmt: skip
_LITELLM_PROVIDERS = {"google": "gemini"}
_ANTHROPIC_NAMES = {"stop": "stop_sequences"}
_ANTHROPIC_UNSUPPORTED = ("frequency_penalty", "presence_penalty", "seed", "verbosity")
SYSTEM_ROLES = ("system", "developer")
# What the body has of its own; a parameter of such a name would replace it.
_OWN_KEYS = frozenset(
    ("model", "messages", "system", "tools", "tool_choice", "response_format", "output_config", "stream")
)


class ProviderRequest(NamedTuple):
    """A request body, and sentences about what had to be left out of it."""

    body: dict[str, Json]
    warnings: tuple[str, ...]


def to_openai(prompt: Prompt, messages: tuple[RenderedMessage, ...]) -> ProviderRequest:
    """Build the body of a chat completion."""
    body: dict[str, Json] = {"model": require_model(prompt, "OpenAI")}
    body["messages"] = [{"role": m.role, "content": _openai_content(m), **m.extra} for m in messages]
    warnings = _add_parameters(body, prompt, _OPENAI_NAMES, _OPENAI_UNSUPPORTED, "OpenAI")
    if prompt.output.format == "json":
        body["response_format"] = _openai_response_format(prompt)
    if prompt.tools:
        body["tools"] = [
            {"type": "function", "function": {"name": t.name, **_described(t.description), "parameters": t.parameters}}
            for t in prompt.tools
        ]
    if prompt.tool_choice is not None:
        is_name = any(tool.name == prompt.tool_choice for tool in prompt.tools)
        named: Json = {"type": "function", "function": {"name": prompt.tool_choice}}
        body["tool_choice"] = named if is_name else prompt.tool_choice
    return ProviderRequest(body, warnings)


def to_litellm(prompt: Prompt, messages: tuple[RenderedMessage, ...]) -> ProviderRequest:
    """Build the arguments of LiteLLM's ``completion``: as OpenAI has them, the provider in front of the model."""
    given = dict(prompt.model.parameters)
    request = to_openai(prompt, messages)
    # Of parameters only those that shape an answer: others could send the application's key to a prompt's author.
    unsafe = sorted(name for name in given if name not in _LITELLM_PARAMETERS)
    body = {"max_tokens" if name == "max_completion_tokens" else name: value for name, value in request.body.items()}
    body = {name: value for name, value in body.items() if name not in unsafe}
    body |= {name: value for name, value in given.items() if name in _OPENAI_UNSUPPORTED}
    warnings = tuple(f"{name} is left out: it is no parameter of a model that LiteLLM knows." for name in unsafe)
    if prompt.model.provider and "/" not in str(body["model"]):
        body["model"] = f"{_LITELLM_PROVIDERS.get(prompt.model.provider, prompt.model.provider)}/{body['model']}"
    return ProviderRequest(body, warnings)


def to_anthropic(prompt: Prompt, messages: tuple[RenderedMessage, ...]) -> ProviderRequest:
    """Build the body of a message; system messages are gathered in front."""
    model = require_model(prompt, "Anthropic")
    if not any(name == "max_tokens" for name, _ in prompt.model.parameters):
        hint = "Add max_tokens under model.parameters."
        raise BasaltError(f"Anthropic requires max_tokens, and {prompt.slug} does not set it", hint=hint)
    body: dict[str, Json] = {"model": model}
    system = "\n\n".join(message.text for message in messages if message.role in SYSTEM_ROLES)
    if system:
        body["system"] = system
    body["messages"] = [_anthropic_message(message) for message in messages if message.role not in SYSTEM_ROLES]
    left_out = _add_parameters(body, prompt, _ANTHROPIC_NAMES, _ANTHROPIC_UNSUPPORTED, "Anthropic")
    warnings = (*left_out, *dict.fromkeys(_anthropic_losses(prompt, messages)))
    if isinstance(body.get("stop_sequences"), str):
        body["stop_sequences"] = [body["stop_sequences"]]
    _add_anthropic_output(body, prompt)
    if prompt.tools:
        body["tools"] = [
            {"name": tool.name, **_described(tool.description), "input_schema": tool.parameters}
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


def _anthropic_losses(prompt: Prompt, messages: tuple[RenderedMessage, ...]) -> Iterator[str]:
    """Yield a sentence for everything in the prompt that Anthropic has no place for."""
    if prompt.output.format == "json" and prompt.output.schema is None:
        yield "output.format json is left out: Anthropic takes it only with a schema."
    for message in messages:
        parts = message.content if isinstance(message.content, tuple) else ()
        if message.role in SYSTEM_ROLES and any(part.kind != "text" for part in parts):
            yield f"images and files of a {message.role} message are left out: Anthropic takes text alone there."
        if message.role == "tool" and any(part.kind != "text" for part in parts):
            yield "images and files of a tool's answer are left out: only its text is sent."
        if any(part.detail for part in parts):
            yield "detail is left out: Anthropic has no such setting of an image."
        lost = sorted(message.extra.keys() - {"tool_calls", "tool_call_id"})
        if lost:
            yield f"{', '.join(lost)} of a {message.role} message is left out: Anthropic has no place for it."


def require_model(prompt: Prompt, provider: str) -> str:
    """Return the model to name; raise BasaltError where the prompt names none."""
    if prompt.model.identifier is None:
        hint = "Add model: {name: ...} to the prompt."
        raise BasaltError(f"a request to {provider} needs a model, and {prompt.slug} names none", hint=hint)
    return prompt.model.identifier


def _described(description: str | None) -> dict[str, Json]:
    return {} if description is None else {"description": description}


def _add_parameters(
    body: dict[str, Json], prompt: Prompt, names: dict[str, str], unsupported: tuple[str, ...], provider: str
) -> tuple[str, ...]:
    warnings = []
    for name, value in prompt.model.parameters:
        if name in _OWN_KEYS:
            hint = "Take it out of model.parameters."
            raise BasaltError(f"the parameter {name!r} would replace what the prompt itself sends", hint=hint)
        if name in unsupported:
            warnings.append(f"{name} is left out: {provider} has no such parameter.")
        else:
            body[names.get(name, name)] = value
    return tuple(warnings)


def _openai_response_format(prompt: Prompt) -> dict[str, Json]:
    if prompt.output.schema is None:
        return {"type": "json_object"}
    name = re.sub(r"[^a-zA-Z0-9_-]", "_", prompt.slug)[-64:]
    return {"type": "json_schema", "json_schema": {"name": name, "schema": prompt.output.schema}}


def _openai_content(message: RenderedMessage) -> Json:
    return message.content if isinstance(message.content, str) else [_openai_part(part) for part in message.content]


def _openai_part(part: RenderedPart) -> dict[str, Json]:
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
        raise BasaltError(f"OpenAI takes no file by its address: {part.content[:60]}", hint=hint)
    return {"type": "file", "file": {"file_data": part.content, **filename}}


def _anthropic_message(message: RenderedMessage) -> dict[str, Json]:
    if message.role == "tool":
        call = message.extra.get("tool_call_id")
        return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call, "content": message.text}]}
    if message.extra.get("tool_calls"):
        return {"role": message.role, "content": _anthropic_tool_calls(message)}
    if isinstance(message.content, str):
        return {"role": message.role, "content": message.content}
    return {"role": message.role, "content": [_anthropic_part(part) for part in message.content]}


def _anthropic_tool_calls(message: RenderedMessage) -> list[Json]:
    blocks: list[Json] = [{"type": "text", "text": message.text}] if message.text else []
    calls = list_tool_calls(message)
    return [*blocks, *({"type": "tool_use", "id": c.id, "name": c.name, "input": c.arguments} for c in calls)]


def _anthropic_part(part: RenderedPart) -> dict[str, Json]:
    if part.kind == "text":
        return {"type": "text", "text": part.content}
    kind = "image" if part.kind == "image" else "document"
    title: dict[str, Json] = {"title": part.filename} if part.filename and kind == "document" else {}
    match = DATA_URL.match(part.content)
    if match is None:
        return {"type": kind, "source": {"type": "url", "url": part.content}, **title}
    media_type = part.media_type or match.group(1)
    return {"type": kind, "source": {"type": "base64", "media_type": media_type, "data": match.group(2)}, **title}


def _add_anthropic_output(body: dict[str, Json], prompt: Prompt) -> None:
    """Move what Anthropic keeps under ``output_config`` there."""
    config: dict[str, Json] = {}
    if "reasoning_effort" in body:
        config["effort"] = body.pop("reasoning_effort")
    if prompt.output.format == "json" and prompt.output.schema is not None:
        config["format"] = {"type": "json_schema", "schema": prompt.output.schema}
    if config:
        body["output_config"] = config
