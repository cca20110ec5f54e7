"""``basalt status``."""

from __future__ import annotations

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import TextOrJson
from basalt_cli.cli.reports.status import print_status
from basalt_cli.environments.remembered_status import read_status


def command(output: TextOrJson = "text") -> None:
    """Show what each environment runs, and how far behind it is.

    "2 behind, wording" means that the trunk has 2 newer versions, and that the risk of the change to the newest is
    wording. Invalid pointers are marked.
    """
    with opened_project() as project:
        status = read_status(project)
    print_status(status, output)
