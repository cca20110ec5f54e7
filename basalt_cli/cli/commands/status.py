"""``basalt status``."""

from __future__ import annotations

from basalt_cli.cli.opening import opened_project
from basalt_cli.cli.options import TextOrJson
from basalt_cli.cli.reports.status import print_status
from basalt_cli.environments.remembered_status import read_status


def command(output: TextOrJson = "text") -> None:
    """Show what each environment runs, and how far behind it is.

    Behind counts the versions up to the newest on the trunk, and the word beside it is the risk of the step there. A
    pointer that is not sound is said to be so.
    """
    with opened_project() as project:
        status = read_status(project)
    print_status(status, output)
