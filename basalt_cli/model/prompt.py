"""The records of a prompt file."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from basalt_cli.model.json_value import Json
from basalt_cli.model.source import Scalar, Span


class TemplateText(NamedTuple):
    """A Jinja2 template, its key path in the prompt file, and the YAML scalar there."""

    text: str
    key: str
    scalar: Scalar


class Part(NamedTuple):
    """One part of a message; ``kind`` is text, image or file."""

    kind: str
    content: TemplateText
    detail: str | None = None
    media_type: str | None = None
    filename: str | None = None


class Message(NamedTuple):
    """One message to render; its content is one template, or a tuple of parts."""

    role: str
    content: TemplateText | tuple[Part, ...]
    key: str

    @property
    def texts(self) -> list[TemplateText]:
        """Return the templates of the message: one, or one for each part."""
        return [self.content] if isinstance(self.content, TemplateText) else [part.content for part in self.content]


class Insert(NamedTuple):
    """The place where a chat history (a variable of type ``messages``) or the examples are inserted."""

    name: str
    key: str
    span: Span


Turn: TypeAlias = Message | Insert


class Example(NamedTuple):
    """A few-shot pair."""

    user: TemplateText
    assistant: TemplateText


class Variable(NamedTuple):
    """A declared variable; ``schema`` is its JSON Schema without the keys and types of basalt.

    ``type`` is the declared type, which can be ``messages`` or ``any``; ``span`` is the place of the name.
    """

    name: str
    type: str
    schema: dict[str, Json]
    span: Span
    description: str | None = None
    optional: bool = False
    untrusted: bool = False
    has_default: bool = False
    default: Json = None
    default_span: Span | None = None

    @property
    def required(self) -> bool:
        """Return whether every caller must give a value."""
        return not (self.optional or self.has_default)


class ModelSettings(NamedTuple):
    """The model that the prompt is for; ``parameters`` have their canonical snake_case names."""

    name: str | None = None
    provider: str | None = None
    version: str | None = None
    parameters: tuple[tuple[str, Json], ...] = ()

    @property
    def identifier(self) -> str | None:
        """Return name and version as providers join them: ``gpt-4.1-mini-2025-04-14``."""
        if self.name is None or self.version is None:
            return self.name
        return f"{self.name}-{self.version}"


class Output(NamedTuple):
    """The format of the answer, text or json, and its JSON Schema."""

    format: str
    schema: Json = None


class Tool(NamedTuple):
    """A function that the model can call; ``parameters`` is a JSON Schema."""

    name: str
    description: str | None
    parameters: Json
    span: Span


class Expectation(NamedTuple):
    """An expectation about the messages of a case, such as ``contains: late``; ``message`` and ``role`` limit it."""

    kind: str
    value: Json
    message: int | None = None
    role: str | None = None


class Case(NamedTuple):
    """A test case: values of variables, and expectations about the rendered messages.

    ``fixtures`` are files with further values, and ``table`` is a file with one case in each row; both are paths below
    ``_fixtures`` of the prompts folder.
    """

    name: str
    variables: dict[str, Json]
    variable_spans: dict[str, Span]
    expectations: tuple[Expectation, ...]
    span: Span
    fixtures: tuple[str, ...] = ()
    table: str | None = None

    @property
    def is_whole(self) -> bool:
        """Return whether all of its values are in the prompt file."""
        return not self.fixtures and self.table is None

    @property
    def wants_snapshot(self) -> bool:
        """Return whether its messages are compared with a snapshot."""
        return any(found.kind == "snapshot" and found.value is True for found in self.expectations)


class Whitespace(NamedTuple):
    """The three whitespace settings of Jinja2, with its defaults."""

    trim_blocks: bool = False
    lstrip_blocks: bool = False
    keep_trailing_newline: bool = False


class Prompt(NamedTuple):
    """A prompt; ``turns`` are in sending order for both forms of the file."""

    slug: str
    turns: tuple[Turn, ...]
    name: str | None = None
    description: str | None = None
    feature: str | None = None
    model: ModelSettings = ModelSettings()
    variables: tuple[Variable, ...] = ()
    examples: tuple[Example, ...] = ()
    output: Output = Output("text")
    tools: tuple[Tool, ...] = ()
    tool_choice: str | None = None
    cases: tuple[Case, ...] = ()
    metadata: Json = None
    whitespace: Whitespace = Whitespace()

    def find_variable(self, name: str) -> Variable | None:
        """Return the declared variable with this name; None where there is none."""
        return next((variable for variable in self.variables if variable.name == name), None)

    @property
    def templates(self) -> tuple[TemplateText, ...]:
        """Return every template: those of the turns in sending order, then those of the examples."""
        found: list[TemplateText] = []
        for turn in self.turns:
            if isinstance(turn, Message):
                found += turn.texts
        for example in self.examples:
            found += [example.user, example.assistant]
        return tuple(found)
