"""``basalt merge-driver``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from basalt_cli.cli.output import warn
from basalt_cli.pointers.merge_driver import merge_deployments


def command(
    base: Annotated[Path, typer.Argument(metavar="BASE", help="The common ancestor's file (%O).")],
    ours: Annotated[Path, typer.Argument(metavar="OURS", help="Our side, which takes the result (%A).")],
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS", help="Their side (%B).")],
    path: Annotated[str, typer.Argument(metavar="PATH", help="The file's name, for messages (%P).")] = "",
) -> None:
    """Merge deployments.yaml pointer by pointer; git calls it.

    basalt init and basalt doctor --fix tell git about it, in .gitattributes and in the repository's configuration. A
    pointer that both sides moved is left as a conflict.
    """
    merged = merge_deployments(base, ours, theirs)
    for conflict in merged.conflicts:
        warn(f"{path or ours}: both sides moved {conflict}")
    if not merged.is_clean:
        raise typer.Exit(1)
