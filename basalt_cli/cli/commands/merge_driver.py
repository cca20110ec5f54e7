"""``basalt merge-driver``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from basalt_cli.cli.output import warn
from basalt_cli.pointers.merge_driver import merge_deployments


def command(
    base: Annotated[Path, typer.Argument(metavar="BASE", help="The file of the common ancestor (%O).")],
    ours: Annotated[Path, typer.Argument(metavar="OURS", help="The file of our side, which gets the result (%A).")],
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS", help="The file of their side (%B).")],
    path: Annotated[str, typer.Argument(metavar="PATH", help="The path of the file, for messages (%P).")] = "",
) -> None:
    """Merge deployments.yaml pointer by pointer; git runs it.

    It is a merge driver. basalt init and basalt doctor --fix configure it in .gitattributes and in the repository's git
    configuration. A pointer that both sides moved remains a conflict.
    """
    merged = merge_deployments(base, ours, theirs)
    for conflict in merged.conflicts:
        warn(f"{path or ours}: conflict: both sides moved {conflict}")
    if not merged.is_clean:
        raise typer.Exit(1)
