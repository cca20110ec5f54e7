"""Put a rendered prompt into the arguments of Google's Gen AI client: ``generate_content(model, contents, config)``.

https://googleapis.github.io/python-genai/. What it has no place for is left out and named.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator

from basalt_cli.delivery.requests.provider_requests import DATA_URL, SYSTEM_ROLES, ProviderRequest, require_model
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
    """Build the arguments of ``generate_content``; system messages become the system instruction."""
    config, warnings = _build_config(prompt)
    system = "\n\n".join(message.text for message in messages if message.role in SYSTEM_ROLES)
    if system:
        config["system_instruction"] = system
    names = {str(call.id): call.name for message in messages for call in list_tool_calls(message)}
    contents: list[Json] = [_to_content(m, names) for m in messages if m.role not in SYSTEM_ROLES]
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
            # The client refuses whatever it does not know.
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
            **({"description": tool.description} if tool.description is not None else {}),
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
    """Yield a sentence for everything in the messages that Gemini has no place for."""
    for message in messages:
        parts = message.content if isinstance(message.content, tuple) else ()
        if message.role in SYSTEM_ROLES and any(part.kind != "text" for part in parts):
            yield f"images and files of a {message.role} message are left out: Gemini takes text alone there."
        if message.role == "tool" and any(part.kind != "text" for part in parts):
            yield "images and files of a tool's answer are left out: only its text is sent."
        if any(part.detail for part in parts):
            yield "detail is left out: Gemini has no such setting of an image."
        if any(part.filename for part in parts):
            yield "filename is left out: Gemini has no names of files."
        lost = sorted(
            message.extra.keys() - {"tool_calls", "tool_call_id", *(["name"] if message.role == "tool" else [])}
        )
        if lost:
            yield f"{', '.join(lost)} of a {message.role} message is left out: Gemini has no place for it."


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
