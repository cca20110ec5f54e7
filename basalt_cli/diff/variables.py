"""Compare the variables of two versions of a prompt: what callers must give, may give and may omit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from basalt_cli.diff.prompt_text import PromptText
from basalt_cli.format.schema.subset import fits_into
from basalt_cli.format.template import analyse
from basalt_cli.format.template.pieces import PieceKind, cut_template
from basalt_cli.model.change import Change, Risk
from basalt_cli.model.json_value import Json, is_same
from basalt_cli.model.prompt import Prompt, Variable


def compare_variables(old: PromptText, new: PromptText) -> Iterator[Change]:
    """Yield the changes of variables, in the order of the old declarations, then the new ones."""
    before = {variable.name: variable for variable in old.prompt.variables}
    after = {variable.name: variable for variable in new.prompt.variables}
    renamed = _find_renamed(old.prompt, new.prompt)
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if name in renamed:
            yield _describe_rename(name, renamed[name])
        elif was is not None and now is not None:
            yield from _compare_schemas(was, now)
            yield from _compare_presence(was, now, new)
            yield from _compare_notes(was, now)
        elif was is not None:
            message = f"callers that give {name!r} fail: it is no longer declared"
            yield Change("variable-removed", f"variables.{name}", was.type, None, Risk.BREAKING, message)
        elif now is not None and name not in renamed.values():
            verb, risk = ("must", Risk.BREAKING) if now.required else ("may", Risk.NONE)
            message = f"callers {verb} now give {name!r}"
            yield Change("variable-added", f"variables.{name}", None, now.type, risk, message)


def _find_renamed(old: Prompt, new: Prompt) -> dict[str, str]:
    """Return new names by old names: of the same schema and presence, and used in the same tags."""
    removed = [variable for variable in old.variables if new.find_variable(variable.name) is None]
    added = [variable for variable in new.variables if old.find_variable(variable.name) is None]
    renamed: dict[str, str] = {}
    for was in removed:
        for now in added:
            is_free = now.name not in renamed.values()
            is_alike = is_same(was.schema, now.schema) and _presence(was) == _presence(now)
            if is_free and is_alike and _is_used_alike(old, new, was.name, now.name):
                renamed[was.name] = now.name
                break
    return renamed


def _is_used_alike(old: Prompt, new: Prompt, before: str, after: str) -> bool:
    """Say whether the new version has a tag of the old one with the new name in place of the old name."""
    # Blanks separate the words of a tag: x.name is "x . name", where the name is an attribute.
    pattern = re.compile(rf"(?<!\w)(?<!\. ){re.escape(before)}(?!\w)")
    tags = set(_tags(new))
    return any(pattern.search(tag) and pattern.sub(after, tag) in tags for tag in _tags(old))


def _tags(prompt: Prompt) -> Iterator[str]:
    for template in prompt.templates:
        for piece in cut_template(template.text, prompt.whitespace):
            if piece.kind in (PieceKind.EXPRESSION, PieceKind.STATEMENT):
                yield piece.text


def _describe_rename(name: str, new_name: str) -> Change:
    message = f"{name!r} was renamed to {new_name!r} (the templates use it in the same places): callers must follow"
    return Change("variable-renamed", f"variables.{new_name}", name, new_name, Risk.BREAKING, message)


def _compare_notes(old: Variable, new: Variable) -> Iterator[Change]:
    for key, before, after in (
        ("description", old.description, new.description),
        ("untrusted", old.untrusted, new.untrusted),
    ):
        if before != after:
            path = f"variables.{new.name}.{key}"
            yield Change(f"variable-{key}", path, before, after, Risk.NONE, f"{key} of {new.name!r} changed")


def _compare_presence(old: Variable, new: Variable, source: PromptText) -> Iterator[Change]:
    """Compare what happens when callers omit the variable: an error, a default, or an undefined name.

    A changed default is behavioural where a condition or loop of the new version tests the variable.
    """
    name, path = new.name, f"variables.{new.name}"
    before, after = _presence(old), _presence(new)
    if before == after and (not old.has_default or is_same(old.default, new.default)):
        return
    default_path = f"{path}.default"
    default_risk = Risk.BEHAVIOURAL if _is_tested(source, name) else Risk.WORDING
    if before == after:
        message = f"callers that omit {name!r} get another default"
        yield Change("variable-default", default_path, old.default, new.default, default_risk, message)
    elif after == "required":
        yield Change("variable-required", path, before, after, Risk.BREAKING, f"callers must now give {name!r}")
    elif before == "required":
        yield Change("variable-relaxed", path, before, after, Risk.NONE, f"callers may now omit {name!r}")
    elif after == "optional":
        message = f"{name!r} no longer has a default: where callers omit it, a template that shows it fails"
        yield Change("variable-default", default_path, old.default, None, Risk.BREAKING, message)
    else:
        message = f"callers that omit {name!r} now get a default"
        yield Change("variable-default", default_path, None, new.default, default_risk, message)


def _is_tested(source: PromptText, name: str) -> bool:
    return any(name in analyse(text, source.prompt.whitespace).tested for text in source.texts)


def _presence(variable: Variable) -> str:
    if variable.required:
        return "required"
    return "default" if variable.has_default else "optional"


def _compare_schemas(old: Variable, new: Variable) -> Iterator[Change]:
    """Judge by the values that callers may give: each one that fits the old schema must fit the new one."""
    name, is_retyped = new.name, old.type != new.type
    is_wider = fits_into(old.schema, new.schema)
    if not is_retyped and is_wider and fits_into(new.schema, old.schema):
        return
    message = f"the schema of {name!r} changed"
    if is_retyped:
        message = f"the type of {name!r} changed from {old.type} to {new.type}"
    lost = _list_lost_values(old.schema, new.schema)
    code, risk = ("variable-widened", Risk.NONE) if is_wider else ("variable-narrowed", Risk.BREAKING)
    if is_wider:
        message = f"{message}, and it accepts every value that it accepted"
    elif lost:
        message = f"{name!r} no longer accepts {', '.join(map(str, lost))}"
    code = "variable-retyped" if is_retyped else code
    yield Change(code, f"variables.{name}", old.schema, new.schema, risk, message)


def _list_lost_values(before: Json, after: Json) -> list[Json]:
    """Return the values of the old ``enum`` that the new one lacks; none unless both schemas have one."""
    was = before.get("enum") if isinstance(before, dict) else None
    now = after.get("enum") if isinstance(after, dict) else None
    if not isinstance(was, list) or not isinstance(now, list):
        return []
    return [value for value in was if not any(is_same(value, known) for known in now)]
