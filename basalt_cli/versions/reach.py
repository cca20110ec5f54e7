"""Which prompts a change of a partial reaches, and the environments that run them."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.errors import NotFoundError
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.slug import is_partial_path
from basalt_cli.workspace.project import Project


class Reach(NamedTuple):
    """A partial, the prompts that include it on either side, and the environments that run them."""

    partial: str
    prompts: tuple[str, ...]
    environments: tuple[tuple[str, tuple[str, ...]], ...]


def find_partial(project: Project, references: tuple[str, ...]) -> str | None:
    """Return the path of the partial that the first reference names; None where it names no partial."""
    text = references[0] if references else ""
    path = text.removeprefix("./").removeprefix(f"{project.config.prompts}/")
    has_ending = "." in path.rpartition("/")[2]
    return path if has_ending and ".." not in path and "@" not in path and is_partial_path(path) else None


def find_reach(state: TrunkState, partial: str, slugs: list[str]) -> Reach:
    """Return the environments that run prompts with a partial; raise NotFoundError where no prompt includes it."""
    if not slugs:
        raise NotFoundError(
            f"no prompt includes {partial!r}", hint="Name a partial by its path from the prompts folder."
        )
    found = ((name, state.pointers.get(name, {})) for name in state.checkout.config.environment_names)
    running = ((name, tuple(slug for slug in slugs if slug in deployed)) for name, deployed in found)
    return Reach(partial, tuple(slugs), tuple((name, there) for name, there in running if there))
