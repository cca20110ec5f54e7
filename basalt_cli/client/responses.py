"""The classes of the SDK beside prompts: models and their parameters, and the responses of list, describe and publish.

Names and fields are those of the hosted SDK.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import NamedTuple

from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, Tool


@dataclass(frozen=True, slots=True)
class PromptTools:
    """The tools of a prompt, each as ``{name, description, parameters}``, and the choice among them."""

    tools: list[dict[str, Json]]
    tool_choice: str | None = None


@dataclass(frozen=True, slots=True)
class PromptModelParameters:
    """The parameters of a model; None where the prompt does not set one.

    ``max_length`` is ``max_tokens``; ``response_format`` is text, json_object, or json_schema with the schema in
    ``json_object``; ``extra`` has the parameters without a field of their own.
    """

    temperature: float | None = None
    max_length: int | None = None
    response_format: str = "text"
    top_k: float | None = None
    top_p: float | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    json_object: dict[str, Json] | None = None
    tools: PromptTools | None = None
    stop: Json = None
    seed: int | None = None
    reasoning_effort: str | None = None
    verbosity: str | None = None
    extra: dict[str, Json] = field(default_factory=dict)

    @property
    def max_tokens(self) -> int | None:
        """Return the limit of tokens in the model's answer."""
        return self.max_length


@dataclass(frozen=True, slots=True)
class PromptModel:
    """The model of a prompt; fields that the prompt does not set are empty."""

    provider: str
    model: str
    version: str
    parameters: PromptModelParameters


@dataclass(frozen=True, slots=True)
class _PromptSummary:
    """What the responses about a prompt share; ``status`` is live if an environment runs the prompt, else draft."""

    slug: str
    status: str
    name: str
    description: str
    available_versions: list[str]
    available_tags: list[str]


@dataclass(frozen=True, slots=True)
class PromptListResponse(_PromptSummary):
    """One prompt of a list.

    ``available_versions`` are its releases and the versions that environments run, ``available_tags`` these
    environments.
    """


@dataclass(frozen=True, slots=True)
class DescribePromptResponse(_PromptSummary):
    """One prompt in detail; ``available_versions`` are all its versions, newest first, by release or commit.

    A bundle lists the versions that it contains, in no order. Each of ``variables`` has name, type, description and
    required, all strings; required is ``true`` or ``false``.
    """

    variables: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class PublishPromptResponse:
    """A promotion: ``id`` is the commit or tag that records it, ``label`` the environment.

    ``id`` is empty if the environment ran that version already.
    """

    id: str
    label: str


class Overview(NamedTuple):
    """A prompt at a source: its definition (None if it is invalid), versions by release or commit, and environments."""

    prompt: Prompt | None
    slug: str
    versions: tuple[str, ...]
    tags: tuple[str, ...]


_KNOWN = frozenset(
    ("temperature", "max_tokens", "top_k", "top_p", "frequency_penalty", "presence_penalty", "stop", "seed",
     "reasoning_effort", "verbosity")
)  # fmt: skip


def to_model(prompt: Prompt) -> PromptModel:
    """Return the model settings of a prompt, as a copy that callers may change."""
    prompt = copy.deepcopy(prompt)
    settings = prompt.model
    return PromptModel(settings.provider or "", settings.name or "", settings.version or "", _to_parameters(prompt))


def _to_parameters(prompt: Prompt) -> PromptModelParameters:
    given = dict(prompt.model.parameters)
    schema = prompt.output.schema
    is_json = prompt.output.format == "json"
    known = {name: value for name, value in given.items() if name in _KNOWN and name != "max_tokens"}
    return PromptModelParameters(
        max_length=given.get("max_tokens"),  # type: ignore[arg-type]
        response_format=("json_object" if schema is None else "json_schema") if is_json else "text",
        json_object=schema if isinstance(schema, dict) else None,
        tools=PromptTools([_to_tool(tool) for tool in prompt.tools], prompt.tool_choice) if prompt.tools else None,
        extra={name: value for name, value in given.items() if name not in _KNOWN},
        **known,  # type: ignore[arg-type]
    )


def describe_model(model: PromptModel) -> dict[str, Json]:
    """Return the keys of a prompt's file for a model and its settings: the inverse of ``to_model``."""
    found: dict[str, Json] = {}
    given = model.parameters
    named = {name: getattr(given, name) for name in sorted(_KNOWN - {"max_tokens"})} | {"max_tokens": given.max_length}
    parameters: dict[str, Json] = {name: value for name, value in named.items() if value is not None} | given.extra
    settings = {"provider": model.provider, "name": model.model, "version": model.version}
    body: dict[str, Json] = {name: text for name, text in settings.items() if text}
    if parameters:
        body["parameters"] = parameters
    if body:
        found["model"] = body
    if given.response_format != "text":
        found["output"] = {"format": "json", **({"schema": given.json_object} if given.json_object else {})}
    if given.tools is not None:
        found["tools"] = [dict(tool) for tool in given.tools.tools]
        if given.tools.tool_choice is not None:
            found["tool_choice"] = given.tools.tool_choice
    return found


def _to_tool(tool: Tool) -> dict[str, Json]:
    description: dict[str, Json] = {"description": tool.description} if tool.description is not None else {}
    return {"name": tool.name, **description, "parameters": tool.parameters}


def to_list_response(found: Overview) -> PromptListResponse:
    """Return the response of ``list`` for one prompt."""
    return PromptListResponse(*_summarize(found))


def to_description(found: Overview) -> DescribePromptResponse:
    """Return the response of ``describe``."""
    variables = [
        {
            "name": variable.name,
            "type": variable.type,
            "description": variable.description or "",
            "required": "true" if variable.required else "false",
        }
        for variable in (found.prompt.variables if found.prompt is not None else ())
    ]
    return DescribePromptResponse(*_summarize(found), variables)


def _summarize(found: Overview) -> tuple[str, str, str, str, list[str], list[str]]:
    """Return the fields of _PromptSummary, in order."""
    status = "live" if found.tags else "draft"
    name, description = (found.prompt.name, found.prompt.description) if found.prompt is not None else (None, None)
    return found.slug, status, name or "", description or "", list(found.versions), list(found.tags)
