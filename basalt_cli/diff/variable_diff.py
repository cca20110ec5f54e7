"""Compare the variables of two versions of a prompt: what a caller must, may and cannot give."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from basalt_cli.format.schema.subset import fits_into, without_annotations
from basalt_cli.format.template.pieces import PieceKind, TemplatePiece, cut_template
from basalt_cli.model.change import Change, Risk
from basalt_cli.model.json_value import Json, is_same
from basalt_cli.model.prompt import Prompt, Variable


def compare_variables(old: Prompt, new: Prompt, tested: Callable[[], frozenset[str]]) -> Iterator[Change]:
    """Yield the changes of variables, in the order of the old declaration, then the new.

    ``tested`` gives the names that conditions and loops of the new side hang on, where somebody must know.
    """
    was = {variable.name: variable for variable in old.variables}
    now = {variable.name: variable for variable in new.variables}
    renamed = _find_renamed(old, new)
    for name in dict.fromkeys((*was, *now)):
        path = f"variables.{name}"
        before, after = was.get(name), now.get(name)
        if name in renamed:
            yield _renamed(name, renamed[name])
        elif name in renamed.values():
            continue
        elif before is None and after is not None:
            yield _added(path, after)
        elif after is None and before is not None:
            message = f"callers that give {name!r} fail: it is no longer declared"
            yield Change("variable-removed", path, before.type, None, Risk.BREAKING, message)
        elif before is not None and after is not None:
            yield from _compare_one(path, before, after, tested)


def _find_renamed(old: Prompt, new: Prompt) -> dict[str, str]:
    """Pair variables that went with ones that came: of the same kind, and used where the old one was."""
    gone = [v for v in old.variables if new.find_variable(v.name) is None]
    come = [v for v in new.variables if old.find_variable(v.name) is None]
    renamed: dict[str, str] = {}
    for before in gone:
        for after in come:
            is_free = after.name not in renamed.values()
            is_alike = is_same(before.schema, after.schema) and _presence(before) == _presence(after)
            if is_free and is_alike and _is_used_alike(old, new, before.name, after.name):
                renamed[before.name] = after.name
                break
    return renamed


def _is_used_alike(old: Prompt, new: Prompt, before: str, after: str) -> bool:
    """Say whether some tag that reads the old name stands on the new side with the new name in its place."""
    pattern = re.compile(rf"(?<![\w.]){re.escape(before)}(?!\w)")
    there = {piece.text for piece in _tags(new)}
    return any(pattern.search(piece.text) and pattern.sub(after, piece.text) in there for piece in _tags(old))


def _tags(prompt: Prompt) -> Iterator[TemplatePiece]:
    for template in prompt.templates:
        for piece in cut_template(template.text, prompt.whitespace):
            if piece.kind in (PieceKind.EXPRESSION, PieceKind.STATEMENT):
                yield piece


def _renamed(name: str, new_name: str) -> Change:
    message = f"{name!r} is called {new_name!r} now (the templates use it in the same places): callers must follow"
    return Change("variable-renamed", f"variables.{new_name}", name, new_name, Risk.BREAKING, message)


def _added(path: str, variable: Variable) -> Change:
    if variable.required:
        message = f"callers must now give {variable.name!r}"
        return Change("variable-added", path, None, variable.type, Risk.BREAKING, message)
    message = f"callers may now give {variable.name!r}"
    return Change("variable-added", path, None, variable.type, Risk.NONE, message)


def _compare_one(path: str, old: Variable, new: Variable, tested: Callable[[], frozenset[str]]) -> Iterator[Change]:
    yield from _compare_schemas(path, old, new)
    yield from _compare_presence(path, old, new, tested)
    for key, before, after in (
        ("description", old.description, new.description),
        ("untrusted", old.untrusted, new.untrusted),
    ):
        if before != after:
            yield Change(f"variable-{key}", f"{path}.{key}", before, after, Risk.NONE, f"{key} of {new.name!r} changed")


def _compare_presence(
    path: str, old: Variable, new: Variable, tested: Callable[[], frozenset[str]]
) -> Iterator[Change]:
    """Compare what happens to a caller who leaves the variable out: refused, a default, or undefined."""
    name = new.name
    before, after = _presence(old), _presence(new)
    risk = Risk.WORDING
    if before != after or (old.has_default and not is_same(old.default, new.default)):
        risk = Risk.BEHAVIOURAL if name in tested() else Risk.WORDING
    if before == after:
        if old.has_default and not is_same(old.default, new.default):
            message = f"callers that leave {name!r} out get another default"
            yield Change("variable-default", f"{path}.default", old.default, new.default, risk, message)
    elif after == "required":
        yield Change("variable-required", path, before, after, Risk.BREAKING, f"callers must now give {name!r}")
    elif before == "required":
        yield Change("variable-relaxed", path, before, after, Risk.NONE, f"callers need no longer give {name!r}")
    elif after == "optional":
        message = f"callers that leave {name!r} out got a default, and now nothing: a template that shows it fails"
        yield Change("variable-default", path, old.default, None, Risk.BREAKING, message)
    else:
        message = f"callers that leave {name!r} out now get a default"
        yield Change("variable-default", path, None, new.default, risk, message)


def _presence(variable: Variable) -> str:
    if variable.required:
        return "required"
    return "default" if variable.has_default else "optional"


def _compare_schemas(path: str, old: Variable, new: Variable) -> Iterator[Change]:
    """Judge by what callers may give: all that the old side took must fit the new one."""
    before, after = without_annotations(old.schema), without_annotations(new.schema)
    is_retyped = old.type != new.type
    if is_same(before, after) and not is_retyped:
        return
    message = f"what {new.name!r} may hold changed"
    if is_retyped:
        message = f"{new.name!r} went from {old.type} to {new.type}"
    if fits_into(before, after):
        if not is_retyped and fits_into(after, before):
            return
        code = "variable-retyped" if is_retyped else "variable-widened"
        yield Change(code, path, old.schema, new.schema, Risk.NONE, f"{message}, and takes all that it took")
        return
    lost = _lost_values(before, after)
    if lost:
        message = f"{new.name!r} no longer takes {', '.join(map(str, lost))}"
    code = "variable-retyped" if is_retyped else "variable-narrowed"
    yield Change(code, path, old.schema, new.schema, Risk.BREAKING, message)


def _lost_values(before: Json, after: Json) -> list[Json]:
    was = before.get("enum") if isinstance(before, dict) else None
    now = after.get("enum") if isinstance(after, dict) else None
    if not isinstance(was, list) or not isinstance(now, list):
        return []
    return [value for value in was if not any(is_same(value, known) for known in now)]
