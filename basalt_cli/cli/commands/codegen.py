"""``basalt codegen``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import OptionalSlugsArgument, environment_option
from basalt_cli.cli.output import note, print_text
from basalt_cli.delivery.codegen.python_client import write_python_client
from basalt_cli.delivery.deployed_prompts import list_deployed, list_edited
from basalt_cli.errors import UsageError
from basalt_cli.files.write import replace_file
from basalt_cli.text.words import plural


def command(
    language: Annotated[Literal["python"], typer.Argument(metavar="python", help="The language of the module.")],  # noqa: ARG001
    slugs: OptionalSlugsArgument = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The file to write; - is stdout.")
    ] = "-",
    environment: Annotated[
        str | None,
        environment_option("--env", "Read the prompts that ENV runs, instead of those of the working tree."),
    ] = None,
    is_async: Annotated[bool, typer.Option("--async", help="Write async functions.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 1 if FILE is out of date, and write nothing.")
    ] = False,
) -> None:
    """Write a module with one typed function for each prompt.

    The variables of a prompt are keyword arguments with types and descriptions, so a type checker finds a missing or
    misspelt variable.
    """
    if check and output == "-":
        raise UsageError("--check needs a file to compare with", hint="Add -o FILE.")
    with opened_project() as project:
        patterns = tuple(slugs or ())
        prompts = list_deployed(project, environment, patterns) if environment else list_edited(project, patterns)
    text = write_python_client(prompts, is_async=is_async)
    if output == "-":
        print_text(text.removesuffix("\n"))
        return
    path = Path(output)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if check:
        _check(output, before, text)
        return
    if text != before:
        replace_file(path, text.encode())
    note(f"{output}: {plural(len(prompts), 'function')}{'' if text != before else ', unchanged'}")


def _check(output: str, before: str, text: str) -> None:
    if before == text:
        return
    import difflib

    lines = difflib.unified_diff(before.splitlines(), text.splitlines(), output, f"{output} (expected)", lineterm="")
    print_text("\n".join(lines))
    note(f"{output} is out of date; write it again: basalt codegen python -o {output}")
    raise typer.Exit(1)
