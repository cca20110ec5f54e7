"""``basalt render``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from basalt_cli.cli.completion import complete_cases
from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import ReferenceArgument
from basalt_cli.cli.output import Segment, print_json, print_lines, print_text, warn
from basalt_cli.cli.payloads import model_to_json
from basalt_cli.cli.variables import read_values
from basalt_cli.errors import NotFoundError
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt
from basalt_cli.model.rendered import Origin, RenderedMessage, system_text, task_text
from basalt_cli.pure.words import did_you_mean, list_names
from basalt_cli.use_cases.project import Project
from basalt_cli.use_cases.rendering import Rendered, render
from basalt_cli.use_cases.selection import Selected, select
from basalt_cli.use_cases.versions import find_version_of


def command(
    reference: ReferenceArgument,
    variables: Annotated[
        list[str] | None,
        typer.Option("--var", metavar="NAME=VALUE", help="A variable; NAME=@FILE reads a file, NAME:=JSON gives JSON."),
    ] = None,
    file: Annotated[
        str | None, typer.Option("--vars", metavar="FILE", help="Variables from a YAML or JSON file; - is stdin.")
    ] = None,
    case: Annotated[
        str | None,
        typer.Option("--case", metavar="NAME", help="Variables of a test case.", autocompletion=complete_cases),
    ] = None,
    output: Annotated[
        Literal["text", "json", "openai", "anthropic"],
        typer.Option("--format", help="text for people, json for programs, or a provider's request body."),
    ] = "text",
) -> None:
    """Render a prompt to what a model would be sent.

    --var wins over --vars, and --vars over --case.
    """
    with opened_project() as project:
        selected = select(project, reference)
        prompt = selected.catalog.get_prompt(selected.slug)
        given = _case_values(prompt, case) | read_values(prompt, file, variables or [])
        rendered = render(selected.catalog, selected.slug, given)
        _print(project, selected, rendered, output)


def _case_values(prompt: Prompt, name: str | None) -> dict[str, Json]:
    if name is None:
        return {}
    case = prompt.find_case(name)
    if case is None:
        names = [known.name for known in prompt.cases]
        hint = f"{did_you_mean(name, names)}Test cases: {list_names(names)}."
        raise NotFoundError(f"{prompt.slug} has no test case {name!r}", hint=hint)
    return case.variables


def _print(project: Project, selected: Selected, rendered: Rendered, output: str) -> None:
    if output == "json":
        print_json(_to_json(project, selected, rendered))
    elif output == "text":
        _print_messages(rendered.messages)
    else:
        from basalt_cli.pure.provider_requests import to_anthropic, to_openai

        build = to_openai if output == "openai" else to_anthropic
        request = build(rendered.prompt, rendered.messages)
        for message in request.warnings:
            warn(message)
        print_json(request.body)


def _print_messages(messages: tuple[RenderedMessage, ...]) -> None:
    for index, message in enumerate(messages):
        origin = "" if message.origin is Origin.TEMPLATE else f" ({message.origin.value})"
        print_lines([*([[]] if index else []), [Segment(f"# {message.role}{origin}", "bold")], []])
        if isinstance(message.content, str):
            print_text(message.content.rstrip("\n"))
            continue
        for part in message.content:
            print_text(part.content.rstrip("\n") if part.kind == "text" else f"[{part.kind}] {_shorten(part.content)}")


def _shorten(address: str, most: int = 120) -> str:
    return address if len(address) <= most else f"{address[:most]}... ({len(address):,} characters)"


def _to_json(project: Project, selected: Selected, rendered: Rendered) -> dict[str, Any]:
    prompt = rendered.prompt
    return {
        "slug": prompt.slug,
        "version": find_version_of(project, selected.slug, selected.commit, rendered.closure.digest),
        "digest": rendered.closure.digest,
        "messages": [_message_to_json(message) for message in rendered.messages],
        "text": task_text(rendered.messages),
        "system_text": system_text(rendered.messages),
        "model": model_to_json(prompt.model),
    }


def _message_to_json(message: RenderedMessage) -> dict[str, Any]:
    content: Any = message.content
    if not isinstance(message.content, str):
        content = [
            {
                "type": part.kind,
                part.kind: part.content,
                **{key: value for key in ("detail", "media_type", "filename") if (value := getattr(part, key))},
            }
            for part in message.content
        ]
    return {"role": message.role, "content": content, **message.extra}
