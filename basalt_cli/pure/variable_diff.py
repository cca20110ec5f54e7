"""Compare the variables of two versions of a prompt: what a caller must, may and cannot give."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.model.change import Change, Risk
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt, Variable


def compare_variables(old: Prompt, new: Prompt) -> Iterator[Change]:
    """Yield the changes of variables, in the order of the old declaration, then the new."""
    was = {variable.name: variable for variable in old.variables}
    now = {variable.name: variable for variable in new.variables}
    for name in dict.fromkeys((*was, *now)):
        path = f"variables.{name}"
        before, after = was.get(name), now.get(name)
        if before is None and after is not None:
            yield _added(path, after)
        elif after is None and before is not None:
            message = f"callers that give {name!r} fail: it is no longer declared"
            yield Change("variable-removed", path, before.type, None, Risk.BREAKING, message)
        elif before is not None and after is not None:
            yield from _compare_one(path, before, after)


def _added(path: str, variable: Variable) -> Change:
    if variable.required:
        message = f"callers must now give {variable.name!r}"
        return Change("variable-added", path, None, variable.type, Risk.BREAKING, message)
    message = f"callers may now give {variable.name!r}"
    return Change("variable-added", path, None, variable.type, Risk.NONE, message)


def _compare_one(path: str, old: Variable, new: Variable) -> Iterator[Change]:
    name = new.name
    if old.type != new.type:
        message = f"{name!r} went from {old.type} to {new.type}"
        risk = Risk.NONE if new.type == "any" else Risk.BREAKING
        yield Change("variable-retyped", f"{path}.type", old.type, new.type, risk, message)
    elif old.schema != new.schema:
        yield _compare_schema(path, old, new)
    if new.required and not old.required:
        message = f"callers must now give {name!r}"
        yield Change("variable-required", path, "optional", "required", Risk.BREAKING, message)
    elif old.required and not new.required:
        yield Change(
            "variable-relaxed", path, "required", "optional", Risk.NONE, f"callers need no longer give {name!r}"
        )
    if old.has_default and new.has_default and old.default != new.default:
        message = f"callers that leave {name!r} out get another default"
        yield Change("variable-default", f"{path}.default", old.default, new.default, Risk.WORDING, message)
    for key, before, after in (
        ("description", old.description, new.description),
        ("untrusted", old.untrusted, new.untrusted),
    ):
        if before != after:
            yield Change(f"variable-{key}", f"{path}.{key}", before, after, Risk.NONE, f"{key} of {name!r} changed")


def _compare_schema(path: str, old: Variable, new: Variable) -> Change:
    """Judge by the enum where only that differs; any other tightening cannot be excluded, so it counts as one."""
    before, after = dict(old.schema), dict(new.schema)
    was, now = before.pop("enum", None), after.pop("enum", None)
    if before == after and isinstance(was, list | None) and isinstance(now, list | None):
        lost = _lost_values(was, now)
        if not lost:
            return Change("variable-widened", f"{path}.enum", was, now, Risk.NONE, f"{new.name!r} takes more values")
        message = f"{new.name!r} no longer takes {', '.join(map(str, lost))}"
        return Change("variable-narrowed", f"{path}.enum", was, now, Risk.BREAKING, message)
    message = f"what {new.name!r} may hold changed"
    return Change("variable-narrowed", path, dict(old.schema), dict(new.schema), Risk.BREAKING, message)


def _lost_values(was: list[Json] | None, now: list[Json] | None) -> list[Json]:
    if now is None:
        return []
    return ["other values"] if was is None else [value for value in was if value not in now]
