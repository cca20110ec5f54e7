"""Sides of a diff that are folders on disk, outside any repository."""

from __future__ import annotations

from pathlib import Path

from basalt_cli.diff.sides import Sides, TreeSide
from basalt_cli.model.config import Config
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import WorkingTree

Files = dict[str, str]


def open_folders(path: Path, old: Files, new: Files, *slugs: str) -> Sides:
    """Return two sides with these files, by path below the prompts folder, in a project without a repository."""
    sides = []
    for name, files in (("old", old), ("new", new)):
        folder = path / name
        folder.mkdir()
        for file, text in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
        sides.append(TreeSide(Catalog(WorkingTree(folder), "prompts", f"in {name}"), name))
    return Sides(sides[0], sides[1], slugs, TrunkState(Project(path, Config())))
