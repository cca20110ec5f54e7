"""``basalt migrate``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import TextOrJson
from basalt_cli.cli.output import Segment, note, print_json, print_lines
from basalt_cli.git.remote import list_remotes
from basalt_cli.pointers.migrating import migrate_deployments
from basalt_cli.text.words import plural


def command(
    what: Annotated[Literal["deployments"], typer.Argument(metavar="deployments", help="Migrate the pointers.")],  # noqa: ARG001
    kind: Annotated[
        Literal["tags", "file"], typer.Option("--to", help="Store the pointers in git tags, or in deployments.yaml.")
    ],
    output: TextOrJson = "text",
) -> None:
    """Move all pointers from deployments.yaml to git tags, or back.

    The pointers keep their versions. To tags, all pointer events are copied. One commit on the trunk changes
    `deployments:` in basalt.yaml.
    """
    with opened_project() as project:
        done = migrate_deployments(project, kind)
        for message in done.notes:
            note(message)
        trunk = project.config.trunk
        remote = next(iter(list_remotes(project.repository)), None)
    if output == "json":
        print_json(
            {"commit": done.commit, "pointers": done.pointers, "tags": list(done.tags), "notes": list(done.notes)}
        )
        return
    made = f" in {plural(len(done.tags), 'tag')}" if done.tags else ""
    print_lines([[Segment(f"{plural(done.pointers, 'pointer')} moved{made}, by commit {done.commit[:9]} on {trunk}")]])
    if remote is not None:
        tags = " 'refs/tags/*:refs/tags/*'" if done.tags else ""
        print_lines([[Segment(f"Next: git push --atomic {remote} {trunk}{tags}")]])
