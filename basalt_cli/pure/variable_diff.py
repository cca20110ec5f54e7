"""Compare the variables of two versions of a prompt: what a caller must, may and cannot give."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.model.change import Change, Risk
from basalt_cli.model.json_value import Json, is_same
from basalt_cli.model.prompt import Prompt, Variable

_NAMED_SCHEMAS = ("properties", "patternProperties", "$defs", "dependentSchemas")
_ANNOTATIONS = frozenset(("title", "description", "examples", "default", "deprecated", "$comment"))


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
    yield from _compare_schemas(path, old, new)
    yield from _compare_presence(path, old, new)
    for key, before, after in (
        ("description", old.description, new.description),
        ("untrusted", old.untrusted, new.untrusted),
    ):
        if before != after:
            yield Change(f"variable-{key}", f"{path}.{key}", before, after, Risk.NONE, f"{key} of {new.name!r} changed")


def _compare_presence(path: str, old: Variable, new: Variable) -> Iterator[Change]:
    """Compare what happens to a caller who leaves the variable out: refused, a default, or undefined."""
    name = new.name
    before, after = _presence(old), _presence(new)
    if before == after:
        if old.has_default and not is_same(old.default, new.default):
            message = f"callers that leave {name!r} out get another default"
            yield Change("variable-default", f"{path}.default", old.default, new.default, Risk.WORDING, message)
    elif after == "required":
        yield Change("variable-required", path, before, after, Risk.BREAKING, f"callers must now give {name!r}")
    elif before == "required":
        yield Change("variable-relaxed", path, before, after, Risk.NONE, f"callers need no longer give {name!r}")
    elif after == "optional":
        message = f"callers that leave {name!r} out got a default, and now nothing: a template that shows it fails"
        yield Change("variable-default", path, old.default, None, Risk.BREAKING, message)
    else:
        message = f"callers that leave {name!r} out now get a default"
        yield Change("variable-default", path, None, new.default, Risk.WORDING, message)


def _presence(variable: Variable) -> str:
    if variable.required:
        return "required"
    return "default" if variable.has_default else "optional"


def _compare_schemas(path: str, old: Variable, new: Variable) -> Iterator[Change]:
    """Judge by types and enums; any other difference may be a tightening, so it counts as one."""
    before, after = _without_annotations(old.schema), _without_annotations(new.schema)
    if is_same(before, after) and old.type == new.type:
        return
    code = "variable-retyped" if old.type != new.type else "variable-narrowed"
    message = f"what {new.name!r} may hold changed"
    if old.type != new.type:
        message = f"{new.name!r} went from {old.type} to {new.type}"
    if _takes_all(before, after):
        widened = code if old.type != new.type else "variable-widened"
        yield Change(widened, path, old.schema, new.schema, Risk.NONE, f"{message}, and takes all that it took")
        return
    lost = _lost_values(before, after)
    if lost:
        message = f"{new.name!r} no longer takes {', '.join(map(str, lost))}"
    yield Change(code, path, old.schema, new.schema, Risk.BREAKING, message)


def _takes_all(before: Json, after: Json) -> bool:
    """Say whether all that fits ``before`` surely fits ``after``: other keywords equal, types and enums wider."""
    if after == {}:
        return True
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    was, now = dict(before), dict(after)
    was_types, now_types = _types(was.pop("type", None)), _types(now.pop("type", None))
    was_values, now_values = was.pop("enum", None), now.pop("enum", None)
    are_types_wider = not now_types or (bool(was_types) and was_types <= now_types)
    are_values_wider = now_values is None or (
        isinstance(was_values, list)
        and isinstance(now_values, list)
        and all(any(is_same(value, known) for known in now_values) for value in was_values)
    )
    return is_same(was, now) and are_types_wider and are_values_wider


def _types(value: Json) -> set[str]:
    names = {str(name) for name in value} if isinstance(value, list) else {str(value)} if value is not None else set()
    return names | {"integer"} if "number" in names else names


def _lost_values(before: Json, after: Json) -> list[Json]:
    was = before.get("enum") if isinstance(before, dict) else None
    now = after.get("enum") if isinstance(after, dict) else None
    if not isinstance(was, list) or not isinstance(now, list):
        return []
    return [value for value in was if not any(is_same(value, known) for known in now)]


def _without_annotations(schema: Json) -> Json:
    """Take out what says nothing about values; names of properties are kept, whatever they are."""
    if isinstance(schema, list):
        return [_without_annotations(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_names(value) if key in _NAMED_SCHEMAS else _without_annotations(value)
        for key, value in schema.items()
        if key not in _ANNOTATIONS
    }


def _without_names(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    return {name: _without_annotations(schema) for name, schema in value.items()}
