"""A prompt as the SDK hands it out."""

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
    from basalt_cli.client.content import Content
    from basalt_cli.delivery.requests.provider_requests import ProviderRequest
    from basalt_cli.model.prompt import Prompt as PromptDefinition
    from basalt_cli.model.rendered import RenderedMessage


@dataclass(frozen=True, eq=True)
class Prompt:
    """A prompt at one version; immutable, but for ``compile_variables``.

    ``variables`` are those that it was rendered with; None where texts and messages are the templates themselves.
    ``variant`` says which side of a gradual roll-out it is, ``current`` or ``rollout``, and None without one.
    ``source`` says where it came from: live, memory (asked lately), stale (in memory, and overdue), disk, bundle or
    fallback; ``error`` why it did not come live.
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
        """Return how long ago the source was last heard to say that this is what the tag or version means."""
        confirmed: float = self.__dict__.get("_confirmed", 0) or monotonic()
        return max(0.0, monotonic() - confirmed)

    @property
    def tools(self) -> PromptTools | None:
        """Return the tools that the model may call."""
        return self.model.parameters.tools

    @property
    def messages(self) -> list[dict[str, Json]]:
        """Return all messages in sending order, examples and chat history too, as ``{role, content}``.

        A content is a text, or a list of parts such as ``{type: text, text: ...}``.
        """
        from basalt_cli.format.prompt.assembly import describe_message

        return [describe_message(message) for message in self._build_messages()]

    def compile_variables(self, variables: Mapping[str, Any]) -> Self:
        """Render this prompt with other values, in place, and return it; raise BadRequestError."""
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
        """Return the keyword arguments of ``client.chat.completions.create`` of the OpenAI client."""
        from basalt_cli.delivery.requests.client_arguments import OPENAI, to_arguments
        from basalt_cli.delivery.requests.provider_requests import to_openai

        return to_arguments(self._to_request(to_openai), OPENAI)

    def to_anthropic(self) -> dict[str, Any]:
        """Return the keyword arguments of ``client.messages.create`` of the Anthropic client."""
        from basalt_cli.delivery.requests.client_arguments import ANTHROPIC, to_arguments
        from basalt_cli.delivery.requests.provider_requests import to_anthropic

        return to_arguments(self._to_request(to_anthropic), ANTHROPIC)

    def to_gemini(self) -> dict[str, Any]:
        """Return the keyword arguments of ``client.models.generate_content`` of the Google Gen AI client."""
        from basalt_cli.delivery.requests.gemini_request import to_gemini

        return self._to_request(to_gemini)

    def to_litellm(self) -> dict[str, Any]:
        """Return the keyword arguments of ``litellm.completion``."""
        from basalt_cli.delivery.requests.provider_requests import to_litellm

        return self._to_request(to_litellm)

    def __enter__(self) -> Self:
        """Bind the prompt, so that ``current_prompt()`` and the current OpenTelemetry span name it."""
        bind(self.slug, self.version, self.tag, self.variant)
        return self

    def __exit__(self, *error: object) -> None:
        """Bind again what was bound before."""
        unbind()

    async def __aenter__(self) -> Self:
        """Bind the prompt in this task."""
        return self.__enter__()

    async def __aexit__(self, *error: object) -> None:
        """Bind again what was bound before."""
        unbind()

    def __getstate__(self) -> dict[str, Any]:
        """Return what a pickle keeps: files and texts, and the age, since clocks differ elsewhere."""
        state = {name: value for name, value in self.__dict__.items() if name != "_compiled"}
        if "_confirmed" in state:
            state["_confirmed"] = monotonic() - state["_confirmed"]
        # An exception may hold anything; its words are enough.
        if self.error is not None:
            state["error"] = (
                type(self.error)(str(self.error)) if _is_plain(self.error) else RuntimeError(str(self.error))
            )
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take up what a pickle or a copy kept."""
        if "_confirmed" in state:
            state = {**state, "_confirmed": monotonic() - state["_confirmed"]}
        self.__dict__.update(state)

    def _to_request(
        self, build: Callable[[PromptDefinition, tuple[RenderedMessage, ...]], ProviderRequest], depth: int = 0
    ) -> dict[str, Any]:
        from basalt_cli.client.errors import BadRequestError
        from basalt_cli.errors import BasaltError

        if self.variables is None:
            return self._copy().compile_variables({})._to_request(build, depth + 1)  # noqa: SLF001 - its own kind
        try:
            request = build(self._compile().prompt, self._build_messages())
        except BasaltError as error:
            raise BadRequestError(error.message, hint=error.hint) from error
        for message in request.warnings:
            warnings.warn(f"{self.slug}: {message}", BasaltWarning, stacklevel=3 + depth)
        # Nobody may change what the next caller is given.
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
        """Return what renders this prompt; one that somebody made by hand is a template for any values."""
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
    """Return what a prompt is made of; for one that somebody made by hand, its texts."""
    return prompt._compile().content  # noqa: SLF001 - the two belong together


def _is_plain(error: Exception) -> bool:
    try:
        return type(error)(str(error)).args == (str(error),)
    except TypeError:
        return False
