"""The request body for a provider's API, and the parts that the requests to all providers share."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from basalt_cli.errors import BasaltError
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt
from basalt_cli.model.rendered import RenderedMessage

DATA_URL = re.compile(r"data:([^;,]+);base64,(.*)\Z", re.DOTALL)
SYSTEM_ROLES = ("system", "developer")
# Keys of a body that come from the prompt itself; a parameter of that name would replace them.
_OWN_KEYS = frozenset(
    ("model", "messages", "system", "tools", "tool_choice", "response_format", "output_config", "stream")
)


class ProviderRequest(NamedTuple):
    """A request body, and a sentence for each part of the prompt that is left out of it."""

    body: dict[str, Json]
    warnings: tuple[str, ...]


def require_model(prompt: Prompt, provider: str) -> str:
    """Return the name of the model; raise BasaltError if the prompt has none."""
    if prompt.model.identifier is None:
        hint = "Add model: {name: ...} to the prompt."
        raise BasaltError(f"a request to {provider} needs a model, and {prompt.slug} names none", hint=hint)
    return prompt.model.identifier


def join_system(messages: tuple[RenderedMessage, ...]) -> str:
    """Return the texts of all system messages as one text, for providers that take it apart from the others."""
    return "\n\n".join(message.text for message in messages if message.role in SYSTEM_ROLES)


def list_others(messages: tuple[RenderedMessage, ...]) -> list[RenderedMessage]:
    """Return the messages that are not system messages."""
    return [message for message in messages if message.role not in SYSTEM_ROLES]


def describe_optional(description: str | None) -> dict[str, Json]:
    """Return the key ``description``, or nothing for None."""
    return {} if description is None else {"description": description}


def add_parameters(
    body: dict[str, Json], prompt: Prompt, names: dict[str, str], unsupported: tuple[str, ...], provider: str
) -> tuple[str, ...]:
    """Add the model's parameters to a body under the provider's names; return a sentence for each unsupported one.

    Raises BasaltError for a parameter that would replace a part of the prompt.
    """
    warnings = []
    for name, value in prompt.model.parameters:
        if name in _OWN_KEYS:
            hint = "Remove it from model.parameters."
            raise BasaltError(f"the parameter {name!r} would replace a part of the prompt", hint=hint)
        if name in unsupported:
            warnings.append(f"{name} is left out: {provider} has no such parameter.")
        else:
            body[names.get(name, name)] = value
    return tuple(warnings)


def find_losses(
    messages: tuple[RenderedMessage, ...], provider: str, known: Collection[str], tool_known: Collection[str] = ()
) -> Iterator[str]:
    """Yield a sentence for each part of a message that a provider has no place for.

    ``known`` are the extra keys of messages that are sent; ``tool_known`` are further ones of tool messages.
    """
    for message in messages:
        parts = message.content if isinstance(message.content, tuple) else ()
        has_media = any(part.kind != "text" for part in parts)
        if message.role in SYSTEM_ROLES and has_media:
            yield f"images and files of a {message.role} message are left out: {provider} takes text alone there."
        if message.role == "tool" and has_media:
            yield "images and files of a tool's answer are left out: only its text is sent."
        if any(part.detail for part in parts):
            yield f"detail is left out: {provider} has no such setting of an image."
        lost = sorted(message.extra.keys() - {*known, *(tool_known if message.role == "tool" else ())})
        if lost:
            yield f"{', '.join(lost)} of a {message.role} message is left out: {provider} has no place for it."
