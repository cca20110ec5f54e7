"""The root folder of a project."""

from __future__ import annotations

from pathlib import Path

from basalt_cli.model.config import CONFIG_NAME


def find_root(folder: Path) -> Path | None:
    """Return the nearest folder, from ``folder`` upwards to the top of the repository, that holds basalt.yaml."""
    current = folder.resolve()
    for candidate in (current, *current.parents):
        if (candidate / CONFIG_NAME).is_file():
            return candidate
        if (candidate / ".git").exists():
            return None
    return None
