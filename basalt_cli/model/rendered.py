"""The messages of a rendered prompt, as they are sent to a model."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from basalt_cli.model.json_value import Json


class Origin(Enum):
    """The origin of a message."""

    TEMPLATE = "template"
    EXAMPLE = "example"
    HISTORY = "history"


class RenderedPart(NamedTuple):
    """One part of a message: a ``text``, or the address or data URL of an ``image`` or ``file``."""

    kind: str
    content: str
    detail: str | None = None
    media_type: str | None = None
    filename: str | None = None


class RenderedMessage(NamedTuple):
    """One message; ``extra`` are the other keys of a message of chat history, such as ``tool_calls``."""

    role: str
    content: str | tuple[RenderedPart, ...]
    origin: Origin = Origin.TEMPLATE
    extra: Mapping[str, Json] = {}  # shared, so it is read-only by its type

    @property
    def text(self) -> str:
        """Return the text of the message, without images and files."""
        if isinstance(self.content, str):
            return self.content
        return "\n\n".join(part.content for part in self.content if part.kind == "text")


def system_text(messages: tuple[RenderedMessage, ...]) -> str:
    """Join the texts of the system messages by blank lines."""
    return "\n\n".join(m.text for m in messages if m.role in ("system", "developer") and m.origin is Origin.TEMPLATE)


def task_text(messages: tuple[RenderedMessage, ...]) -> str:
    """Join the texts of the other messages by blank lines; examples and history are left out."""
    rest = [m for m in messages if m.role not in ("system", "developer") and m.origin is Origin.TEMPLATE]
    return "\n\n".join(m.text for m in rest)
