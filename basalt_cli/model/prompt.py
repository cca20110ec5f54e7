"""A prompt, as its file declares it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from basalt_cli.model.json_value import Json
from basalt_cli.model.source import Scalar, Span


@dataclass(frozen=True, slots=True)
class TemplateText:
    """A Jinja2 text and where it came from: the key path in its prompt file, and the YAML scalar there."""

    text: str
    key: str
    scalar: Scalar


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a multi-part message: ``kind`` is text, image or file."""

    kind: str
    content: TemplateText
    detail: str | None = None
    media_type: str | None = None
    filename: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message to render; a plain content is a TemplateText, a multi-part one a tuple."""

    role: str
    content: TemplateText | tuple[Part, ...]
    key: str

    @property
    def texts(self) -> list[TemplateText]:
        """Return the templates of the message: one, or one for each part."""
        return [self.content] if isinstance(self.content, TemplateText) else [part.content for part in self.content]


@dataclass(frozen=True, slots=True)
class Insert:
    """The place where chat history (a variable of type ``messages``) or the examples are spliced in."""

    name: str
    key: str
    span: Span


Turn: TypeAlias = Message | Insert


@dataclass(frozen=True, slots=True)
class Example:
    """A few-shot pair."""

    user: TemplateText
    assistant: TemplateText


@dataclass(frozen=True, slots=True)
class Variable:
    """What a caller may or must give; ``schema`` is JSON Schema, with basalt's own keys and types taken out.

    ``type`` keeps the declared name, ``messages`` and ``any`` included; ``span`` is the name in the file.
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
        """Say whether every caller must give it."""
        return not (self.optional or self.has_default)


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Which model the prompt is written for; ``parameters`` keep their canonical snake_case names."""

    name: str | None = None
    provider: str | None = None
    version: str | None = None
    parameters: tuple[tuple[str, Json], ...] = ()

    @property
    def identifier(self) -> str | None:
        """Join name and snapshot the way providers spell it: ``gpt-4.1-mini-2025-04-14``."""
        if self.name is None or self.version is None:
            return self.name
        return f"{self.name}-{self.version}"


@dataclass(frozen=True, slots=True)
class Output:
    """What the model is asked to answer with: ``format`` is text or json."""

    format: str
    schema: Json = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call; ``parameters`` is JSON Schema."""

    name: str
    description: str | None
    parameters: Json
    span: Span


@dataclass(frozen=True, slots=True)
class Expectation:
    """One claim about a rendered case, as ``contains: late``; narrowed to a message by ``message`` or ``role``."""

    kind: str
    value: Json
    message: int | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A test case: values for the variables, and what must hold of the rendered messages.

    ``fixtures`` are files that give further values, and ``table`` one that makes a case of each row, both by their
    paths below the prompts folder's ``_fixtures``.
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
        """Say whether all of its values stand in the prompt's own file."""
        return not self.fixtures and self.table is None

    @property
    def wants_snapshot(self) -> bool:
        """Say whether its messages are held against a snapshot."""
        return any(found.kind == "snapshot" and found.value is True for found in self.expectations)


@dataclass(frozen=True, slots=True)
class Whitespace:
    """Jinja2's three whitespace settings, with Jinja2's own defaults."""

    trim_blocks: bool = False
    lstrip_blocks: bool = False
    keep_trailing_newline: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """A whole prompt; ``turns`` are in the order in which the model reads them, whichever form the file uses."""

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
        """Return the declared variable of that name."""
        return next((variable for variable in self.variables if variable.name == name), None)

    @property
    def templates(self) -> tuple[TemplateText, ...]:
        """Every text that is rendered, in sending order; the examples stand where they are declared last."""
        found: list[TemplateText] = []
        for turn in self.turns:
            if isinstance(turn, Message):
                found += turn.texts
        for example in self.examples:
            found += [example.user, example.assistant]
        return tuple(found)
