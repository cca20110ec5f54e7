"""The report of ``basalt status``: a module for each format, each with ``format_status(status) -> str``."""

from __future__ import annotations

import sys
from importlib import import_module

from basalt_cli.cli.output import note
from basalt_cli.model.status import Status

_MOST_FLAWS = 5


def print_status(status: Status, output: str) -> None:
    """Print a status as ``text`` or ``json`` to stdout, and its notes to stderr."""
    for message in status.notes:
        note(message)
    flaws = [found.flaw for prompt in status.prompts for found in prompt.environments.values() if found.flaw]
    for flaw in flaws[:_MOST_FLAWS]:
        note(f"{flaw.message}; run basalt doctor")
    if not status.prompts and output == "text":
        note("the trunk has no prompts yet: commit one")
        return
    module = import_module(f"basalt_cli.cli.reports.status.{output}_format")
    sys.stdout.write(module.format_status(status))
