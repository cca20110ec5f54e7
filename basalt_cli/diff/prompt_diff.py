"""Compare two versions of a prompt: typed changes, each with its risk.

Risk says who can be hurt: ``breaking`` a caller or a reader of the output, ``behavioural`` what the model does,
``wording`` only what it reads, ``none`` nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.diff.obstacles import find_obstacle
from basalt_cli.diff.text_diff import compare_contracts, compare_examples, compare_partials, compare_turns
from basalt_cli.diff.variable_diff import compare_variables
from basalt_cli.format.prompt.needs import find_missing
from basalt_cli.format.schema.subset import fits_into, without_annotations
from basalt_cli.format.template import analyse
from basalt_cli.model.change import Change, Risk
from basalt_cli.model.json_value import Json, is_same
from basalt_cli.model.prompt import Prompt, Tool


class Side(NamedTuple):
    """One side of a comparison: a prompt and the texts of its partials."""

    prompt: Prompt
    partials: dict[str, str]


def compare(old: Side | None, new: Side | None) -> tuple[Change, ...]:
    """Return what changed from ``old`` to ``new``, worst first, else in the order of the format."""
    if old is None or new is None:
        return tuple(_compare_presence(old, new))
    before, after = old.prompt, new.prompt
    spaces = (before.whitespace, after.whitespace)
    texts = [
        *compare_turns(before, after),
        *compare_partials(old.partials, new.partials, find_missing(after, new.partials), spaces),
        *compare_examples(before, after),
        *compare_contracts(before, after, old.partials, new.partials),
    ]
    changes = [
        *compare_variables(before, after, lambda: _find_tested(new)),
        *texts,
        *_compare_model(before, after),
        *_compare_output(before, after),
        *_compare_tools(before, after),
        *_compare_rest(before, after),
    ]
    changes += _compare_obstacles(old, new, changes)
    return tuple(sorted(changes, key=lambda change: -change.risk))


def _compare_obstacles(old: Side, new: Side, changes: list[Change]) -> Iterator[Change]:
    """Yield the change that a prompt which could be rendered no longer can."""
    if all(change.risk is Risk.NONE for change in changes) or any(c.code == "partial-removed" for c in changes):
        return
    obstacle = find_obstacle(new.prompt, new.partials)
    if obstacle is not None and find_obstacle(old.prompt, old.partials) is None:
        yield Change("unrenderable", "", None, obstacle, Risk.BREAKING, f"it can no longer be rendered: {obstacle}")


def _find_tested(side: Side) -> frozenset[str]:
    texts = (*(template.text for template in side.prompt.templates), *side.partials.values())
    return frozenset().union(*(analyse(text, side.prompt.whitespace).tested for text in texts))


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
    """Judge by who reads the answer: what the new schema allows, a reader of the old one must understand."""
    before, after = old.output, new.output
    if before.format != after.format:
        message = _describe("output.format", before.format, after.format)
        yield Change("output-format", "output.format", before.format, after.format, Risk.BREAKING, message)
    was, now = without_annotations(before.schema), without_annotations(after.schema)
    if is_same(was, now):
        if not is_same(before.schema, after.schema):
            message = "the descriptions in the schema of the output changed"
            yield Change("output-schema", "output.schema", before.schema, after.schema, Risk.BEHAVIOURAL, message)
        return
    is_safe = was is None or (now is not None and fits_into(now, was))
    risk = Risk.BEHAVIOURAL if is_safe else Risk.BREAKING
    message = "the schema of the output changed, and allows nothing that it did not"
    if not is_safe:
        message = "the schema of the output allows what it did not: what reads it may not understand"
    yield Change("output-schema", "output.schema", before.schema, after.schema, risk, message)


def _compare_tools(old: Prompt, new: Prompt) -> Iterator[Change]:
    was, now = {tool.name: tool for tool in old.tools}, {tool.name: tool for tool in new.tools}
    for name in dict.fromkeys((*was, *now)):
        before, after = was.get(name), now.get(name)
        path = f"tools.{name}"
        if before is None:
            message = f"the model may call the new tool {name!r}, which the application must know"
            yield Change("tool-added", path, None, _tool(after), Risk.BREAKING, message)
        elif after is None:
            yield Change("tool-removed", path, _tool(before), None, Risk.BEHAVIOURAL, f"the tool {name!r} is gone")
        elif not is_same(_tool(before), _tool(after)):
            yield _compare_tool(path, before, after)
    if [name for name in was if name in now] != [name for name in now if name in was]:
        message = "the tools stand in another order"
        yield Change("tools-reordered", "tools", list(was), list(now), Risk.BEHAVIOURAL, message)
    if old.tool_choice != new.tool_choice:
        message = _describe("tool_choice", old.tool_choice, new.tool_choice)
        yield Change("tool-choice", "tool_choice", old.tool_choice, new.tool_choice, Risk.BEHAVIOURAL, message)


def _compare_tool(path: str, before: Tool, after: Tool) -> Change:
    """Judge by who runs the tool: the calls that the new schema allows must fit the old one."""
    is_safe = fits_into(after.parameters, before.parameters)
    risk = Risk.BEHAVIOURAL if is_safe else Risk.BREAKING
    message = f"the tool {before.name!r} changed"
    if not is_safe:
        message = f"the model may call {before.name!r} as it could not: what runs the tool may not understand"
    return Change("tool-changed", path, _tool(before), _tool(after), risk, message)


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
        return f"{path} is now {after}" if after is not None else f"{path} is set to null, or no longer"
    return f"{path} is no longer set (was {before})" if after is None else f"{path} went from {before} to {after}"
