"""The prompt class of the SDK."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from basalt_cli.client.binding import bind, unbind
from basalt_cli.client.errors import BasaltWarning
from basalt_cli.client.responses import PromptModel, PromptTools, describe_model
from basalt_cli.model.json_value import Json

if TYPE_CHECKING:
    from basalt_cli.client.compiled import Compiled, Texts
    from basalt_cli.delivery.answer import Content
    from basalt_cli.delivery.requests.provider_request import ProviderRequest
    from basalt_cli.model.prompt import Prompt as PromptDefinition
    from basalt_cli.model.rendered import RenderedMessage


@dataclass(frozen=True, eq=True)
class Prompt:
    """A prompt at one version; immutable except by ``compile_variables``.

    ``variables`` are the values that it was rendered with; None if texts and messages are the templates themselves.
    ``variant`` is ``current`` or ``rollout`` during a gradual roll-out, else None. ``source`` is where the prompt was
    found: live (the source answered this call), memory (fresh), stale (in memory, no longer fresh), disk, bundle or
    fallback. ``error`` is the reason why the source did not answer, if it did not.
    """

    slug: str
    text: str
    raw_text: str
    model: PromptModel
    version: str
    system_text: str | None = None
    raw_system_text: str | None = None
    variables: dict[str, Json] | None = None
    tag: str | None = None
    digest: str = ""
    variant: str | None = None
    source: str = field(default="live", compare=False)
    error: Exception | None = field(default=None, compare=False, repr=False)

    __hash__ = None  # type: ignore[assignment]

    @property
    def age_seconds(self) -> float:
        """Return the seconds since the source last confirmed that the tag or version means this prompt."""
        confirmed: float = self.__dict__.get("_confirmed", 0) or monotonic()
        return max(0.0, monotonic() - confirmed)

    @property
    def tools(self) -> PromptTools | None:
        """Return the tools that the model may call, or None."""
        return self.model.parameters.tools

    @property
    def messages(self) -> list[dict[str, Json]]:
        """Return all messages in sending order, with examples and chat history, as ``{role, content}``.

        A content is a string, or a list of parts such as ``{type: text, text: ...}``.
        """
        from basalt_cli.format.prompt.assembly import describe_message

        return [describe_message(message) for message in self._build_messages()]

    def compile_variables(self, variables: Mapping[str, Any]) -> Self:
        """Render this prompt in place with other values, and return it; raise BadRequestError if one does not fit."""
        values, texts = self._compile().render(variables)
        self.__dict__.update(
            text=texts.task,
            system_text=texts.system,
            variables={name: values[name] for name in variables},
            _values=values,
            _texts=texts,
        )
        return self

    def to_openai(self) -> dict[str, Any]:
        """Return the arguments for ``client.chat.completions.create`` of the OpenAI client."""
        from basalt_cli.delivery.requests.client_arguments import OPENAI, to_arguments
        from basalt_cli.delivery.requests.openai_request import to_openai

        return to_arguments(self._to_request(to_openai), OPENAI)

    def to_anthropic(self) -> dict[str, Any]:
        """Return the arguments for ``client.messages.create`` of the Anthropic client."""
        from basalt_cli.delivery.requests.anthropic_request import to_anthropic
        from basalt_cli.delivery.requests.client_arguments import ANTHROPIC, to_arguments

        return to_arguments(self._to_request(to_anthropic), ANTHROPIC)

    def to_gemini(self) -> dict[str, Any]:
        """Return the arguments for ``client.models.generate_content`` of the Google Gen AI client."""
        from basalt_cli.delivery.requests.gemini_request import to_gemini

        return self._to_request(to_gemini)

    def to_litellm(self) -> dict[str, Any]:
        """Return the arguments for ``litellm.completion``."""
        from basalt_cli.delivery.requests.openai_request import to_litellm

        return self._to_request(to_litellm)

    def __enter__(self) -> Self:
        """Bind the prompt: ``current_prompt()`` returns it, and the OpenTelemetry span gets its slug and version."""
        bind(self.slug, self.version, self.tag, self.variant)
        return self

    def __exit__(self, *error: object) -> None:
        """Bind the prompt that was bound before, or none."""
        unbind()

    async def __aenter__(self) -> Self:
        """Bind the prompt in this task."""
        return self.__enter__()

    async def __aexit__(self, *error: object) -> None:
        """Bind the prompt that was bound before, or none."""
        unbind()

    def __getstate__(self) -> dict[str, Any]:
        """Return the state for a pickle, with the age instead of a time: monotonic clocks differ between machines."""
        state = {name: value for name, value in self.__dict__.items() if name != "_compiled"}
        if "_confirmed" in state:
            state["_confirmed"] = monotonic() - state["_confirmed"]
        # An exception may hold objects that cannot be pickled; its text is enough.
        if self.error is not None:
            state["error"] = (
                type(self.error)(str(self.error)) if _is_plain(self.error) else RuntimeError(str(self.error))
            )
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Set the state of a pickle or a copy."""
        if "_confirmed" in state:
            state = {**state, "_confirmed": monotonic() - state["_confirmed"]}
        self.__dict__.update(state)

    def _to_request(
        self, build: Callable[[PromptDefinition, tuple[RenderedMessage, ...]], ProviderRequest], depth: int = 0
    ) -> dict[str, Any]:
        from basalt_cli.client.errors import BadRequestError
        from basalt_cli.errors import BasaltError

        if self.variables is None:
            return self._copy().compile_variables({})._to_request(build, depth + 1)  # noqa: SLF001 - a copy of itself
        try:
            request = build(self._compile().prompt, self._build_messages())
        except BasaltError as error:
            raise BadRequestError(error.message, hint=error.hint) from error
        for message in request.warnings:
            warnings.warn(f"{self.slug}: {message}", BasaltWarning, stacklevel=3 + depth)
        # Values of the body belong to the compiled prompt, which other calls share.
        return copy.deepcopy(dict(request.body))

    def _build_messages(self) -> tuple[RenderedMessage, ...]:
        compiled = self._compile()
        texts: Texts = self.__dict__.get("_texts") or compiled.raw
        if self.variables is not None and "_texts" not in self.__dict__:
            values, texts = compiled.render(self.variables)
            return compiled.build_messages(texts, values)
        return compiled.build_messages(texts, self.__dict__.get("_values") or {})

    def _copy(self) -> Self:
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def _compile(self) -> Compiled:
        """Return the compiled version; for a prompt made by hand, its texts are compiled as templates."""
        from basalt_cli.client.compiled import COMPILER
        from basalt_cli.client.content import content_of_texts

        compiled: Compiled | None = self.__dict__.get("_compiled")
        if compiled is not None:
            return compiled
        content: Content | None = self.__dict__.get("_content")
        if content is None:
            system = self.raw_system_text if self.raw_system_text is not None else self.system_text
            content = content_of_texts(self.slug, self.version, system, self.raw_text, describe_model(self.model))
            self.__dict__["_content"] = content
        compiled = self.__dict__["_compiled"] = COMPILER.compile(content)
        return compiled


def content_of(prompt: Prompt) -> Content:
    """Return the files of a prompt; for one made by hand, a file with its texts."""
    return prompt._compile().content  # noqa: SLF001 - in the same module


def _is_plain(error: Exception) -> bool:
    try:
        return type(error)(str(error)).args == (str(error),)
    except TypeError:
        return False
