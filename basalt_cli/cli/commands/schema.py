"""``basalt schema``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from basalt_cli.cli.completion import complete_schemas
from basalt_cli.cli.options import TextOrJson
from basalt_cli.cli.output import Segment, print_json, print_lines
from basalt_cli.errors import UsageError
from basalt_cli.files.schema_files import list_schemas, read_schema
from basalt_cli.text.words import did_you_mean, list_names


def command(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="prompt, config, deployments, or output/COMMAND for the JSON output of a command.",
            autocompletion=complete_schemas,
        ),
    ] = None,
    output: TextOrJson = "text",
) -> None:
    """Print a JSON Schema, or list all schemas.

    There is a schema for each file format and for each JSON output. The YAML language server of an editor completes and
    checks prompts with one: basalt schema prompt > prompt.schema.json
    """
    names = list_schemas()
    if name is None:
        if output == "json":
            print_json({"schemas": list(names)})
        else:
            print_lines([[Segment(known)] for known in names])
        return
    if name not in names:
        hint = f"{did_you_mean(name, names)}Schemas: {list_names(names, 20)}."
        raise UsageError(f"there is no schema {name!r}", hint=hint)
    sys.stdout.write(read_schema(name))
