"""Options and arguments that several commands share."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import typer

from basalt_cli.cli.completion import complete_environments, complete_references, complete_slugs

TextOrJson: TypeAlias = Annotated[
    Literal["text", "json"], typer.Option("--format", help="Output format: text for people, json for programs.")
]
ReferenceArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="REF", help="A prompt: SLUG, or SLUG@SELECTOR for a version.", autocompletion=complete_references
    ),
]
SlugsArgument: TypeAlias = Annotated[
    list[str],
    typer.Argument(
        metavar="SLUGS", help="Slugs of prompts, or patterns such as 'support/*'.", autocompletion=complete_slugs
    ),
]
OptionalSlugsArgument: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SLUGS", help="Slugs of prompts, or patterns such as 'support/*'.", autocompletion=complete_slugs
    ),
]
MaxCountOption: TypeAlias = Annotated[
    int | None, typer.Option("-n", "--max-count", metavar="N", min=1, help="Show at most N entries.")
]
SinceOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="Show entries since TIME: 2026-11-24, '2 days ago'."),
]
DryRunOption: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Show what the command would do, and change nothing.")
]
ReasonOption: TypeAlias = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="The reason; basalt history shows it.")
]
YesOption: TypeAlias = Annotated[
    bool, typer.Option("--yes", "-y", help="Confirm in advance, for an environment with confirm: true.")
]
PushOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--push", metavar="[=REMOTE]", help="Fetch from the remote, move the pointers there, and push only the move."
    ),
]
BranchOption: TypeAlias = Annotated[
    str | None, typer.Option("--branch", metavar="NAME", help="Commit on the new branch NAME, for a pull request.")
]
NoCommitOption: TypeAlias = Annotated[
    bool, typer.Option("--no-commit", help="Edit deployments.yaml in the working tree, and do not commit.")
]


def environment_option(flag: str, meaning: str) -> Any:
    """Return an option that takes the name of an environment."""
    return typer.Option(flag, metavar="ENV", help=meaning, autocompletion=complete_environments)


def revision_option(meaning: str) -> Any:
    """Return the option ``--at REV``, which reads a git revision in place of the working tree."""
    return typer.Option("--at", metavar="REV", help=meaning)


def rewrite_push(arguments: list[str]) -> list[str]:
    """Return the arguments with ``--push=`` in place of a bare ``--push``: the parser has no optional values."""
    return ["--push=" if argument == "--push" else argument for argument in arguments]
