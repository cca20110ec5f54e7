"""Which prompts a change of a partial reaches, and the environments that run them."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.errors import NotFoundError
from basalt_cli.model.pointer import Pointers
from basalt_cli.pointers.opening import read_pointers
from basalt_cli.text.slug import is_partial_path
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import find_trunk


class Reach(NamedTuple):
    """A partial, the prompts that include it on either side, and the environments that run them."""

    partial: str
    prompts: tuple[str, ...]
    environments: tuple[tuple[str, tuple[str, ...]], ...]


def find_partial(project: Project, references: tuple[str, ...]) -> str | None:
    """Return the partial that the first reference names by its path, if it names one."""
    text = references[0] if references else ""
    path = text.removeprefix("./").removeprefix(f"{project.config.prompts}/")
    has_ending = "." in path.rpartition("/")[2]
    return path if has_ending and ".." not in path and "@" not in path and is_partial_path(path) else None


def find_reach(project: Project, partial: str, slugs: list[str], pointers: Pointers | None) -> Reach:
    """Return the environments that run prompts with a partial; raise NotFoundError where no prompt includes it."""
    if not slugs:
        raise NotFoundError(
            f"no prompt includes {partial!r}", hint="Name a partial by its path from the prompts folder."
        )
    found = ((name, (pointers or {}).get(name, {})) for name in project.config.environment_names)
    running = ((name, tuple(slug for slug in slugs if slug in deployed)) for name, deployed in found)
    return Reach(partial, tuple(slugs), tuple((name, there) for name, there in running if there))


def find_pointers(project: Project) -> Pointers | None:
    """Return the pointers of all environments; None without a repository or a trunk."""
    trunk = find_trunk(project) if project.find_repository() is not None else None
    return read_pointers(project, trunk) if trunk is not None else None
