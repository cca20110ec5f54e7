"""``basalt render``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from basalt_cli.cli.completion import complete_cases
from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import ReferenceArgument
from basalt_cli.cli.output import Segment, print_json, print_lines, print_text, warn
from basalt_cli.cli.variables import read_values
from basalt_cli.errors import NotFoundError
from basalt_cli.format.prompt.assembly import describe_message
from basalt_cli.format.prompt.values import VariablesError
from basalt_cli.model.json_value import Json
from basalt_cli.model.prompt import Prompt
from basalt_cli.model.rendered import Origin, RenderedMessage, system_text, task_text
from basalt_cli.testing.rendering import Rendered, render
from basalt_cli.text.words import did_you_mean, list_names
from basalt_cli.versions.references import Selected, select
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project

# Text output, the most frequent, needs neither versions nor requests: they are imported where they are used.
if TYPE_CHECKING:
    from basalt_cli.delivery.requests.provider_request import ProviderRequest


def command(
    reference: ReferenceArgument,
    variables: Annotated[
        list[str] | None,
        typer.Option(
            "--var",
            metavar="NAME=VALUE",
            help="Set a variable; NAME=@FILE reads a file, NAME:=JSON is JSON. Repeatable.",
        ),
    ] = None,
    file: Annotated[
        str | None, typer.Option("--vars", metavar="FILE", help="Read variables from a YAML or JSON file; - is stdin.")
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(
            "--case", metavar="NAME", help="Take the variables of a test case.", autocompletion=complete_cases
        ),
    ] = None,
    output: Annotated[
        Literal["text", "json", "openai", "anthropic", "gemini", "litellm"],
        typer.Option(
            "--format", help="Output format: text for people, json for programs, or the request body of a provider."
        ),
    ] = "text",
) -> None:
    """Render a prompt to the messages for a model.

    No model is called. --var overrides --vars, and --vars overrides --case.
    """
    with opened_project() as project:
        selected = select(project, reference)
        prompt = selected.catalog.get_prompt(selected.slug)
        given = _case_values(selected.catalog, prompt, case) | read_values(prompt, file, variables or [])
        try:
            rendered = render(selected.catalog, selected.slug, given)
        except VariablesError as error:
            if error.missing:
                error.hint = (
                    f"{error.hint} Set it with --var {error.missing[0]}=..., or all variables with --vars FILE."
                )
            raise
        _print(project, selected, rendered, output)


def _case_values(catalog: Catalog, prompt: Prompt, name: str | None) -> dict[str, Json]:
    if name is None:
        return {}
    from basalt_cli.testing.cases import list_cases

    cases = list_cases(catalog, prompt)
    case = next((found for found in cases if found.name == name), None)
    if case is None:
        names = [known.name for known in cases]
        hint = f"{did_you_mean(name, names)}Test cases: {list_names(names)}."
        raise NotFoundError(f"{prompt.slug} has no test case {name!r}", hint=hint)
    return case.variables


def _print(project: Project, selected: Selected, rendered: Rendered, output: str) -> None:
    if output == "json":
        print_json(_to_json(project, selected, rendered))
    elif output == "text":
        _print_messages(rendered.messages)
    else:
        request = _build_request(rendered, output)
        for message in request.warnings:
            warn(message)
        print_json(request.body)


def _build_request(rendered: Rendered, provider: str) -> ProviderRequest:
    from basalt_cli.delivery.requests import anthropic_request, gemini_request, openai_request

    builders = {
        "openai": openai_request.to_openai,
        "anthropic": anthropic_request.to_anthropic,
        "gemini": gemini_request.to_gemini,
        "litellm": openai_request.to_litellm,
    }
    return builders[provider](rendered.prompt, rendered.messages)


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
    from basalt_cli.model.json_forms import model_to_json
    from basalt_cli.versions.lookup import find_version_of

    prompt = rendered.prompt
    return {
        "slug": prompt.slug,
        "version": find_version_of(project, selected.slug, selected.commit, rendered.closure.digest),
        "digest": rendered.closure.digest,
        "messages": [describe_message(message) for message in rendered.messages],
        "text": task_text(rendered.messages),
        "system_text": system_text(rendered.messages),
        "model": model_to_json(prompt.model),
    }
