"""Write a rendered prompt as the arguments of Google's Gen AI client: ``generate_content(model, contents, config)``.

https://googleapis.github.io/python-genai/. Parts that Gemini has no place for are left out and named.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator

from basalt_cli.delivery.requests.provider_request import (
    DATA_URL,
    ProviderRequest,
    describe_optional,
    find_losses,
    join_system,
    list_others,
    require_model,
)
from basalt_cli.delivery.requests.tool_calls import list_tool_calls
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt
from basalt_cli.model.rendered import RenderedMessage, RenderedPart

_NAMES = {"max_tokens": "max_output_tokens", "stop": "stop_sequences"}
_SAME = ("temperature", "top_p", "top_k", "seed", "frequency_penalty", "presence_penalty")
_RARE = (
    "candidate_count", "response_logprobs", "logprobs", "response_modalities", "media_resolution", "speech_config",
    "thinking_config", "safety_settings", "cached_content", "labels",
)  # fmt: skip
_MODES = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
_DEFAULT_IMAGE = "image/png"
_DEFAULT_FILE = "application/pdf"


def to_gemini(prompt: Prompt, messages: tuple[RenderedMessage, ...]) -> ProviderRequest:
    """Return the arguments of ``generate_content``; system messages become the system instruction."""
    config, warnings = _build_config(prompt)
    system = join_system(messages)
    if system:
        config["system_instruction"] = system
    names = {str(call.id): call.name for message in messages for call in list_tool_calls(message)}
    contents: list[Json] = [_to_content(message, names) for message in list_others(messages)]
    body: dict[str, Json] = {"model": require_model(prompt, "Gemini"), "contents": contents}
    if config:
        body["config"] = config
    return ProviderRequest(body, (*warnings, *dict.fromkeys(_find_losses(messages))))


def _build_config(prompt: Prompt) -> tuple[dict[str, Json], tuple[str, ...]]:
    config: dict[str, Json] = {}
    warnings = []
    for name, value in prompt.model.parameters:
        if name == "stop" and isinstance(value, str):
            config["stop_sequences"] = [value]
        elif name in _NAMES or name in _SAME:
            config[_NAMES.get(name, name)] = value
        elif name in _RARE:
            config[name] = value
        else:
            # The client refuses unknown keys of the configuration.
            warnings.append(f"{name} is left out: Gemini has no such parameter.")
    if prompt.output.format == "json":
        config["response_mime_type"] = "application/json"
        if prompt.output.schema is not None:
            config["response_json_schema"] = prompt.output.schema
    if prompt.tools:
        config |= _build_tools(prompt)
    return config, tuple(warnings)


def _build_tools(prompt: Prompt) -> dict[str, Json]:
    declarations: list[Json] = [
        {
            "name": tool.name,
            **describe_optional(tool.description),
            "parameters_json_schema": tool.parameters,
        }
        for tool in prompt.tools
    ]
    found: dict[str, Json] = {"tools": [{"function_declarations": declarations}]}
    choice = prompt.tool_choice
    if choice is not None:
        calling: dict[str, Json] = {"mode": _MODES.get(choice, "ANY")}
        if choice not in _MODES:
            calling["allowed_function_names"] = [choice]
        found["tool_config"] = {"function_calling_config": calling}
    return found


def _find_losses(messages: tuple[RenderedMessage, ...]) -> Iterator[str]:
    """Yield a sentence for each part of the messages that Gemini has no place for."""
    yield from find_losses(messages, "Gemini", ("tool_calls", "tool_call_id"), ("name",))
    for message in messages:
        if not isinstance(message.content, str) and any(part.filename for part in message.content):
            yield "filename is left out: Gemini has no names of files."


def _to_content(message: RenderedMessage, names: dict[str, str]) -> dict[str, Json]:
    if message.role == "tool":
        call_id = str(message.extra.get("tool_call_id"))
        name = str(message.extra.get("name") or names.get(call_id, call_id))
        answer: Json = {"function_response": {"id": call_id, "name": name, "response": {"result": message.text}}}
        return {"role": "user", "parts": [answer]}
    parts: list[Json] = []
    if not isinstance(message.content, str):
        parts += [_to_part(part) for part in message.content]
    elif message.content:
        parts.append({"text": message.content})
    calls = list_tool_calls(message)
    parts += [{"function_call": {"id": call.id, "name": call.name, "args": call.arguments}} for call in calls]
    return {"role": "model" if message.role == "assistant" else message.role, "parts": parts}


def _to_part(part: RenderedPart) -> dict[str, Json]:
    if part.kind == "text":
        return {"text": part.content}
    match = DATA_URL.match(part.content)
    if match is not None:
        return {"inline_data": {"mime_type": part.media_type or match.group(1), "data": match.group(2)}}
    guessed, _ = mimetypes.guess_type(part.content.partition("?")[0])
    fallback = _DEFAULT_IMAGE if part.kind == "image" else _DEFAULT_FILE
    return {"file_data": {"file_uri": part.content, "mime_type": part.media_type or guessed or fallback}}
