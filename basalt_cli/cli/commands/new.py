"""``basalt new``."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import TextOrJson
from basalt_cli.cli.output import print_json, print_text
from basalt_cli.setup.scaffold import new_prompt


def command(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The slug of the new prompt, for example support/reply.")],
    output: TextOrJson = "text",
) -> None:
    """Create a prompt.

    Writes a prompt file with an example of a variable, a model and a test case.
    """
    with opened_project() as project:
        path = os.path.relpath(new_prompt(project, slug))
    if output == "json":
        print_json({"slug": slug, "path": path})
        return
    print_text(f"made {path}")
    print_text(f"Next: edit the file, then run basalt lint and basalt render {slug} --case example")
