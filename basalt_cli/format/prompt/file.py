"""Parse a prompt file to a Prompt and all of its problems."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from basalt_cli.format.prompt.messages import decode_examples, decode_turns
from basalt_cli.format.prompt.tests import decode_cases
from basalt_cli.format.prompt.variables import decode_variables
from basalt_cli.format.yaml.decoding import Decoder, to_json
from basalt_cli.format.yaml.reader import read_yaml
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import ModelSettings, Output, Prompt, Tool, Whitespace
from basalt_cli.model.source import FILE_START, Document, Node, Problem

KEYS = (
    "name", "description", "feature", "model", "variables", "system", "prompt", "messages", "examples", "output",
    "tools", "tool_choice", "template", "tests", "metadata",
)  # fmt: skip
TOOL_CHOICES = ("auto", "none", "required")


class PromptFile(NamedTuple):
    """The result of parsing; ``prompt`` is None where the file has no YAML document.

    With problems the prompt has what could be read: it can be shown, but not rendered.
    """

    slug: str
    document: Document
    prompt: Prompt | None
    problems: tuple[Problem, ...]


@lru_cache(maxsize=64)
def parse_prompt(slug: str, data: bytes) -> PromptFile:
    """Parse the file of the prompt ``slug``; never raises for its content.

    The last files are cached, because a closure and its user parse the same file.
    """
    document = read_yaml(data)
    decoder = Decoder(document.problems)
    prompt = None
    if document.root is not None:
        prompt = _decode_prompt(slug, document.root, decoder)
    elif not document.problems:
        decoder.report("missing-key", "the file is empty", FILE_START, "Add a prompt: or messages: key.")
    problems = sorted(decoder.problems, key=lambda problem: problem.span)
    return PromptFile(slug, document, prompt, tuple(problems))


def _decode_prompt(slug: str, root: Node, decoder: Decoder) -> Prompt:
    found = decoder.fields(root, "", KEYS)
    variables = decode_variables(found.get("variables"), decoder)
    examples = decode_examples(found.get("examples"), decoder)
    tools = _decode_tools(found.get("tools"), decoder)
    return Prompt(
        slug=slug,
        turns=decode_turns(root, found, variables, bool(examples), decoder),
        name=decoder.text(found.get("name"), "name"),
        description=decoder.text(found.get("description"), "description"),
        feature=decoder.text(found.get("feature"), "feature"),
        model=_decode_model(found.get("model"), decoder),
        variables=variables,
        examples=examples,
        output=_decode_output(found.get("output"), decoder),
        tools=tools,
        tool_choice=_decode_tool_choice(found.get("tool_choice"), tools, decoder),
        cases=decode_cases(found.get("tests"), variables, decoder),
        metadata=_decode_metadata(found.get("metadata"), decoder),
        whitespace=_decode_whitespace(found.get("template"), decoder),
    )


def _decode_model(node: Node | None, decoder: Decoder) -> ModelSettings:
    found = decoder.fields(node, "model", ("provider", "name", "version", "parameters"))
    parameters = decoder.entries(found.get("parameters"), "model.parameters")
    return ModelSettings(
        name=decoder.text(found.get("name"), "model.name"),
        provider=decoder.text(found.get("provider"), "model.provider"),
        version=decoder.text(found.get("version"), "model.version"),
        parameters=tuple((name.text, to_json(value)) for name, value in parameters),
    )


def _decode_output(node: Node | None, decoder: Decoder) -> Output:
    found = decoder.fields(node, "output", ("format", "schema"))
    schema = found.get("schema")
    if schema is not None and not isinstance(to_json(schema), dict | bool):
        decoder.wrong_type(schema, "output.schema", "a JSON Schema")
    return Output(
        decoder.choice(found.get("format"), "output.format", ("text", "json")) or "text",
        to_json(schema) if schema is not None else None,
    )


def _decode_tools(node: Node | None, decoder: Decoder) -> tuple[Tool, ...]:
    tools = []
    for index, item in enumerate(decoder.items(node, "tools")):
        key = f"tools[{index}]"
        found = decoder.fields(item, key, ("name", "description", "parameters"))
        name = decoder.text_scalar(found.get("name"), f"{key}.name")
        if "name" not in found:
            decoder.report("missing-key", f"{key} has no name", item.span, "Give the function's name.")
        parameters = found.get("parameters")
        if parameters is not None:
            decoder.entries(parameters, f"{key}.parameters")
        if name is not None:
            description = decoder.text(found.get("description"), f"{key}.description")
            schema: Json = to_json(parameters) if parameters is not None else {"type": "object", "properties": {}}
            tools.append(Tool(name.text, description, schema, name.span))
    return tuple(tools)


def _decode_tool_choice(node: Node | None, tools: tuple[Tool, ...], decoder: Decoder) -> str | None:
    return decoder.choice(node, "tool_choice", (*TOOL_CHOICES, *(tool.name for tool in tools)))


def _decode_whitespace(node: Node | None, decoder: Decoder) -> Whitespace:
    found = decoder.fields(node, "template", ("trim_blocks", "lstrip_blocks", "keep_trailing_newline"))
    return Whitespace(**{name: bool(decoder.boolean(value, f"template.{name}")) for name, value in found.items()})


def _decode_metadata(node: Node | None, decoder: Decoder) -> dict[str, Json] | None:
    return {name.text: to_json(value) for name, value in decoder.entries(node, "metadata")} if node else None
