"""Compare two versions of a prompt: typed changes, each with its risk.

Risk says who can be hurt: ``breaking`` a caller or a reader of the output, ``behavioural`` what the model does,
``wording`` only what it reads, ``none`` nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.model.change import Change, Risk
from basalt_cli.model.json_value import Json, is_same
from basalt_cli.model.prompt import Prompt, Tool
from basalt_cli.pure.needs import find_missing
from basalt_cli.pure.text_diff import compare_partials, compare_turns
from basalt_cli.pure.variable_diff import compare_variables


class Side(NamedTuple):
    """One side of a comparison: a prompt and the texts of its partials."""

    prompt: Prompt
    partials: dict[str, str]


def compare(old: Side | None, new: Side | None) -> tuple[Change, ...]:
    """Return what changed from ``old`` to ``new``, worst first, else in the order of the format."""
    if old is None or new is None:
        return tuple(_compare_presence(old, new))
    changes = [
        *compare_variables(old.prompt, new.prompt),
        *compare_turns(old.prompt, new.prompt),
        *compare_partials(old.partials, new.partials, find_missing(new.prompt, new.partials)),
        *_compare_model(old.prompt, new.prompt),
        *_compare_output(old.prompt, new.prompt),
        *_compare_tools(old.prompt, new.prompt),
        *_compare_rest(old.prompt, new.prompt),
    ]
    return tuple(sorted(changes, key=lambda change: -change.risk))


def _compare_presence(old: Side | None, new: Side | None) -> Iterator[Change]:
    if new is not None:
        yield Change("prompt-added", "", None, new.prompt.slug, Risk.NONE, "the prompt is new")
    elif old is not None:
        yield Change("prompt-removed", "", old.prompt.slug, None, Risk.BREAKING, "the prompt is gone")


def _compare_model(old: Prompt, new: Prompt) -> Iterator[Change]:
    pairs = (
        ("model-provider", "model.provider", old.model.provider, new.model.provider),
        ("model-name", "model.name", old.model.name, new.model.name),
        ("model-version", "model.version", old.model.version, new.model.version),
    )
    for code, path, before, after in pairs:
        if before != after:
            yield Change(code, path, before, after, Risk.BEHAVIOURAL, _describe(path, before, after))
    was, now = dict(old.model.parameters), dict(new.model.parameters)
    for name in dict.fromkeys((*was, *now)):
        if (name in was) != (name in now) or not is_same(was.get(name), now.get(name)):
            path = f"model.parameters.{name}"
            message = _describe(path, was.get(name), now.get(name))
            yield Change("model-parameter", path, was.get(name), now.get(name), Risk.BEHAVIOURAL, message)


def _compare_output(old: Prompt, new: Prompt) -> Iterator[Change]:
    if old.output.format != new.output.format:
        message = _describe("output.format", old.output.format, new.output.format)
        yield Change("output-format", "output.format", old.output.format, new.output.format, Risk.BREAKING, message)
    if not is_same(old.output.schema, new.output.schema):
        message = "the schema of the output changed: what reads it may not understand the new one"
        yield Change("output-schema", "output.schema", old.output.schema, new.output.schema, Risk.BREAKING, message)


def _compare_tools(old: Prompt, new: Prompt) -> Iterator[Change]:
    was, now = {tool.name: tool for tool in old.tools}, {tool.name: tool for tool in new.tools}
    for name in dict.fromkeys((*was, *now)):
        before, after = was.get(name), now.get(name)
        path = f"tools.{name}"
        if before is None:
            yield Change("tool-added", path, None, _tool(after), Risk.BEHAVIOURAL, f"the tool {name!r} is new")
        elif after is None:
            yield Change("tool-removed", path, _tool(before), None, Risk.BEHAVIOURAL, f"the tool {name!r} is gone")
        elif _tool(before) != _tool(after):
            message = f"the tool {name!r} changed"
            risk = Risk.BREAKING if before.parameters != after.parameters else Risk.BEHAVIOURAL
            yield Change("tool-changed", path, _tool(before), _tool(after), risk, message)
    if old.tool_choice != new.tool_choice:
        message = _describe("tool_choice", old.tool_choice, new.tool_choice)
        yield Change("tool-choice", "tool_choice", old.tool_choice, new.tool_choice, Risk.BEHAVIOURAL, message)


def _tool(tool: Tool | None) -> Json:
    return {"description": tool.description, "parameters": tool.parameters} if tool else None


def _compare_rest(old: Prompt, new: Prompt) -> Iterator[Change]:
    pairs: tuple[tuple[str, str, Json, Json], ...] = (
        ("name", "name", old.name, new.name),
        ("description", "description", old.description, new.description),
        ("feature", "feature", old.feature, new.feature),
        ("metadata", "metadata", old.metadata, new.metadata),
        ("tests", "tests", _case_names(old), _case_names(new)),
    )
    for code, path, before, after in pairs:
        if before != after:
            yield Change(code, path, before, after, Risk.NONE, f"{path} changed, which nothing sends to the model")
        elif code == "tests" and _cases(old) != _cases(new):
            yield Change(code, path, before, after, Risk.NONE, "test cases changed")


def _case_names(prompt: Prompt) -> list[Json]:
    return [case.name for case in prompt.cases]


def _cases(prompt: Prompt) -> list[tuple[object, ...]]:
    return [(case.name, case.variables, case.expectations) for case in prompt.cases]


def _describe(path: str, before: Json, after: Json) -> str:
    if before is None:
        return f"{path} is now {after}"
    return f"{path} is no longer set (was {before})" if after is None else f"{path} went from {before} to {after}"
