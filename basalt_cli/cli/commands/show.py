"""``basalt show``."""

from __future__ import annotations

from typing import Any

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import ReferenceArgument, TextOrJson
from basalt_cli.cli.output import Segment, align, print_json, print_lines, print_text
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.json_forms import model_to_json
from basalt_cli.model.prompt import Insert, Part, Prompt, TemplateText, Turn, Variable
from basalt_cli.versions.lookup import find_version_of
from basalt_cli.versions.references import select


def command(reference: ReferenceArgument, output: TextOrJson = "text") -> None:
    """Show one prompt, before rendering.

    Shows its version, model, variables, partials, test cases, and the templates of its messages.
    """
    with opened_project() as project:
        selected = select(project, reference)
        prompt = selected.catalog.get_prompt(selected.slug)
        closure = selected.catalog.get_closure(selected.slug)
        version = find_version_of(project, selected.slug, selected.commit, closure.digest)
        is_cut_off = version is None and project.find_repository() is not None and project.repository.is_shallow
    if output == "json":
        print_json(_to_json(prompt, closure, version))
    else:
        _print(
            prompt,
            closure,
            version or ("unknown: this clone is shallow" if is_cut_off else "not committed"),
        )


def _to_json(prompt: Prompt, closure: Closure, version: str | None) -> dict[str, Any]:
    return {
        "slug": prompt.slug,
        "version": version,
        "digest": closure.digest,
        "name": prompt.name,
        "description": prompt.description,
        "feature": prompt.feature,
        "model": model_to_json(prompt.model),
        "variables": [_variable_to_json(variable) for variable in prompt.variables],
        "messages": [_turn_to_json(turn) for turn in prompt.turns],
        "examples": [{"user": example.user.text, "assistant": example.assistant.text} for example in prompt.examples],
        "output": {"format": prompt.output.format, "schema": prompt.output.schema},
        "tools": [{"name": t.name, "description": t.description, "parameters": t.parameters} for t in prompt.tools],
        "tool_choice": prompt.tool_choice,
        "files": list(closure.paths),
        "tests": [case.name for case in prompt.cases],
        "metadata": prompt.metadata,
    }


def _variable_to_json(variable: Variable) -> dict[str, Any]:
    return {
        "name": variable.name,
        "type": variable.type,
        "required": variable.required,
        "default": variable.default,
        "description": variable.description,
        "untrusted": variable.untrusted,
        "schema": variable.schema,
    }


def _turn_to_json(turn: Turn) -> dict[str, Any]:
    if isinstance(turn, Insert):
        return {"insert": turn.name}
    if isinstance(turn.content, TemplateText):
        return {"role": turn.role, "content": turn.content.text}
    return {"role": turn.role, "content": [_part_to_json(part) for part in turn.content]}


def _part_to_json(part: Part) -> dict[str, Any]:
    settings = {"detail": part.detail, "media_type": part.media_type, "filename": part.filename}
    return {part.kind: part.content.text, **{name: value for name, value in settings.items() if value is not None}}


def _print(prompt: Prompt, closure: Closure, version: str) -> None:
    model = " ".join(word for word in (prompt.model.provider, prompt.model.identifier) if word)
    settings = ", ".join(f"{name}={value}" for name, value in prompt.model.parameters)
    partials = ", ".join(path for path in closure.paths if path != closure.path)
    facts = (
        ("version", version),
        ("digest", closure.digest),
        ("name", prompt.name),
        ("description", prompt.description),
        ("feature", prompt.feature),
        ("model", f"{model} ({settings})" if settings else model),
        ("output", prompt.output.format + (" with a schema" if prompt.output.schema is not None else "")),
        ("tools", ", ".join(tool.name for tool in prompt.tools)),
        ("partials", partials),
        ("tests", ", ".join(case.name for case in prompt.cases)),
    )
    print_lines([[Segment(prompt.slug, "bold")]])
    print_lines(align([[Segment(name, "dim"), Segment(value)] for name, value in facts if value]))
    if prompt.variables:
        print_lines([[], [Segment("variables", "bold")]])
        print_lines(align([_variable_row(variable) for variable in prompt.variables]))
    for turn in prompt.turns:
        _print_turn(turn)


def _variable_row(variable: Variable) -> list[Segment]:
    state = "required" if variable.required else "optional" if variable.optional else f"default {variable.default!r}"
    return [
        Segment(f"  {variable.name}"),
        Segment(variable.type),
        Segment(state, "dim"),
        Segment(variable.description or ""),
    ]


def _print_turn(turn: Turn) -> None:
    if isinstance(turn, Insert):
        print_lines([[], [Segment(f"# insert {turn.name}", "bold")]])
        return
    print_lines([[], [Segment(f"# {turn.role}", "bold")], []])
    if isinstance(turn.content, TemplateText):
        print_text(turn.content.text.rstrip("\n"))
        return
    for part in turn.content:
        print_text(part.content.text.rstrip("\n") if part.kind == "text" else f"[{part.kind}] {part.content.text}")
