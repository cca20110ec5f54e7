"""Options and arguments that several commands share."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import typer

from basalt_cli.cli.completion import complete_environments, complete_references, complete_slugs

TextOrJson: TypeAlias = Annotated[
    Literal["text", "json"], typer.Option("--format", help="text for people, json for programs.")
]
ReferenceArgument: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="REF", help="SLUG, or SLUG@SELECTOR for a version.", autocompletion=complete_references),
]
SlugsArgument: TypeAlias = Annotated[
    list[str],
    typer.Argument(metavar="SLUGS", help="Prompts, or patterns such as 'support/*'.", autocompletion=complete_slugs),
]
OptionalSlugsArgument: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(metavar="SLUGS", help="Prompts, or patterns such as 'support/*'.", autocompletion=complete_slugs),
]
EnvironmentOption: TypeAlias = Annotated[
    str, typer.Option("--to", metavar="ENV", help="The environment to move.", autocompletion=complete_environments)
]
