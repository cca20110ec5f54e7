"""Assemble the messages of a prompt from rendered texts."""

from __future__ import annotations

from collections.abc import Mapping

from basalt_cli.format.prompt.messages import PART_KINDS
from basalt_cli.format.prompt.values import VariablesError
from basalt_cli.format.prompt.variables import EXAMPLES
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Insert, Message, Part, Prompt, TemplateText
from basalt_cli.model.rendered import Origin, RenderedMessage, RenderedPart


def assemble(prompt: Prompt, texts: Mapping[str, str], values: Mapping[str, Json]) -> tuple[RenderedMessage, ...]:
    """Return the messages of a prompt in sending order; ``texts`` are by the keys of the templates.

    Chat history is inserted where its variable has a value. Raises VariablesError where its content is neither text nor
    parts.
    """
    messages: list[RenderedMessage] = []
    for turn in prompt.turns:
        if isinstance(turn, Message):
            messages.append(RenderedMessage(turn.role, _assemble_content(turn, texts)))
        elif turn.name == EXAMPLES:
            for example in prompt.examples:
                messages.append(RenderedMessage("user", texts[example.user.key], Origin.EXAMPLE))
                messages.append(RenderedMessage("assistant", texts[example.assistant.key], Origin.EXAMPLE))
        else:
            messages += _splice_history(turn, values.get(turn.name))
    return tuple(messages)


def describe_message(message: RenderedMessage) -> dict[str, Json]:
    """Return a message as JSON: its content is a text, or a list of parts such as ``{type: text, text: ...}``."""
    if isinstance(message.content, str):
        return {"role": message.role, "content": message.content, **message.extra}
    return {"role": message.role, "content": [_describe_part(part) for part in message.content], **message.extra}


def _describe_part(part: RenderedPart) -> Json:
    optional = {"detail": part.detail, "media_type": part.media_type, "filename": part.filename}
    return {"type": part.kind, part.kind: part.content, **{name: text for name, text in optional.items() if text}}


def _assemble_content(message: Message, texts: Mapping[str, str]) -> str | tuple[RenderedPart, ...]:
    if isinstance(message.content, TemplateText):
        return texts[message.content.key]
    return tuple(_assemble_part(part, texts) for part in message.content)


def _assemble_part(part: Part, texts: Mapping[str, str]) -> RenderedPart:
    return RenderedPart(part.kind, texts[part.content.key], part.detail, part.media_type, part.filename)


def _splice_history(insert: Insert, value: Json) -> list[RenderedMessage]:
    """Return the messages of a chat history, whose shape was checked with the variables."""
    messages = []
    for index, item in enumerate(value if isinstance(value, list) else []):
        assert isinstance(item, dict)
        extra = {key: found for key, found in item.items() if key not in ("role", "content")}
        content = _history_content(item["content"], f"{insert.name}[{index}]")
        messages.append(RenderedMessage(str(item["role"]), content, Origin.HISTORY, extra))
    return messages


def _history_content(content: Json, where: str) -> str | tuple[RenderedPart, ...]:
    if content is None or isinstance(content, str):
        return content or ""
    parts = []
    for part in content if isinstance(content, list) else [content]:
        kind = next((kind for kind in PART_KINDS if isinstance(part, dict) and isinstance(part.get(kind), str)), None)
        if kind is None or not isinstance(part, dict):
            hint = "Give a text, or a list of parts such as {text: ...} and {image: URL}."
            raise VariablesError(f"the content of {where} is neither text nor a list of parts", hint=hint)
        optional = [part.get(key) for key in ("detail", "media_type", "filename")]
        detail, media_type, filename = (str(value) if value is not None else None for value in optional)
        parts.append(RenderedPart(kind, str(part[kind]), detail, media_type, filename))
    return tuple(parts)
