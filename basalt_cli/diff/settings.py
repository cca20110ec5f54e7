"""Compare the keys of two versions that are not text or variables: model, output, tools, metadata, test cases."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.format.schema.subset import fits_into, without_annotations
from basalt_cli.model.change import Change, Risk
from basalt_cli.model.json_value import Json, is_same
from basalt_cli.model.prompt import Prompt, Tool


def compare_settings(old: Prompt, new: Prompt) -> Iterator[Change]:
    """Yield the changes in the order of the format."""
    yield from _compare_model(old, new)
    yield from _compare_output(old, new)
    yield from _compare_tools(old, new)
    yield from _compare_rest(old, new)


def _compare_model(old: Prompt, new: Prompt) -> Iterator[Change]:
    pairs = (
        ("model-provider", "model.provider", old.model.provider, new.model.provider),
        ("model-name", "model.name", old.model.name, new.model.name),
        ("model-version", "model.version", old.model.version, new.model.version),
    )
    for code, path, was, now in pairs:
        if was != now:
            yield Change(code, path, was, now, Risk.BEHAVIOURAL, _describe(path, was, now))
    before, after = dict(old.model.parameters), dict(new.model.parameters)
    for name in dict.fromkeys((*before, *after)):
        value, new_value = before.get(name), after.get(name)
        if (name in before) != (name in after) or not is_same(value, new_value):
            path = f"model.parameters.{name}"
            message = _describe(path, value, new_value)
            yield Change("model-parameter", path, value, new_value, Risk.BEHAVIOURAL, message)


def _compare_output(old: Prompt, new: Prompt) -> Iterator[Change]:
    """Judge by the programs that read the output: each answer that fits the new schema must fit the old one."""
    before, after = old.output, new.output
    if before.format != after.format:
        message = _describe("output.format", before.format, after.format)
        yield Change("output-format", "output.format", before.format, after.format, Risk.BREAKING, message)
    if is_same(before.schema, after.schema):
        return
    was, now = without_annotations(before.schema), without_annotations(after.schema)
    risk = Risk.BEHAVIOURAL
    if is_same(was, now):
        message = "the descriptions in the output schema changed"
    elif was is None or (now is not None and fits_into(now, was)):
        message = "the output schema changed, and allows no answer that it did not allow"
    else:
        risk = Risk.BREAKING
        message = "the output schema allows answers that it did not allow: programs that read them can fail"
    yield Change("output-schema", "output.schema", before.schema, after.schema, risk, message)


def _compare_tools(old: Prompt, new: Prompt) -> Iterator[Change]:
    before, after = {tool.name: tool for tool in old.tools}, {tool.name: tool for tool in new.tools}
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        path = f"tools.{name}"
        if was is None:
            message = f"the tool {name!r} was added: the application must implement it"
            yield Change("tool-added", path, None, _tool_to_json(now), Risk.BREAKING, message)
        elif now is None:
            message = f"the tool {name!r} was removed"
            yield Change("tool-removed", path, _tool_to_json(was), None, Risk.BEHAVIOURAL, message)
        elif not is_same(_tool_to_json(was), _tool_to_json(now)):
            yield _describe_tool(path, was, now)
    if [name for name in before if name in after] != [name for name in after if name in before]:
        message = "the order of the tools changed"
        yield Change("tools-reordered", "tools", list(before), list(after), Risk.BEHAVIOURAL, message)
    if old.tool_choice != new.tool_choice:
        message = _describe("tool_choice", old.tool_choice, new.tool_choice)
        yield Change("tool-choice", "tool_choice", old.tool_choice, new.tool_choice, Risk.BEHAVIOURAL, message)


def _describe_tool(path: str, old: Tool, new: Tool) -> Change:
    """Judge by the application that runs the tool: each call that fits the new schema must fit the old one."""
    risk, message = Risk.BEHAVIOURAL, f"the tool {old.name!r} changed"
    if not fits_into(new.parameters, old.parameters):
        risk = Risk.BREAKING
        message = f"the tool {old.name!r} allows calls that it did not allow: the application can fail on them"
    return Change("tool-changed", path, _tool_to_json(old), _tool_to_json(new), risk, message)


def _tool_to_json(tool: Tool | None) -> Json:
    return {"description": tool.description, "parameters": tool.parameters} if tool else None


def _compare_rest(old: Prompt, new: Prompt) -> Iterator[Change]:
    pairs: tuple[tuple[str, Json, Json], ...] = (
        ("name", old.name, new.name),
        ("description", old.description, new.description),
        ("feature", old.feature, new.feature),
        ("metadata", old.metadata, new.metadata),
    )
    for key, was, now in pairs:
        if not is_same(was, now):
            yield Change(key, key, was, now, Risk.NONE, f"{key} changed, which is not sent to the model")
    if _cases(old) != _cases(new):
        names = [[case.name for case in prompt.cases] for prompt in (old, new)]
        yield Change("tests", "tests", [*names[0]], [*names[1]], Risk.NONE, "test cases changed")


def _cases(prompt: Prompt) -> list[tuple[object, ...]]:
    return [(case.name, case.variables, case.expectations, case.fixtures, case.table) for case in prompt.cases]


def _describe(path: str, before: Json, after: Json) -> str:
    if before is None and after is None:
        return f"{path} changed between null and not set"
    if before is None:
        return f"{path} is now {after}"
    return f"{path} is no longer set (was {before})" if after is None else f"{path} changed from {before} to {after}"
