"""Open the place where a project keeps its pointers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from basalt_cli.errors import BasaltError
from basalt_cli.model.pointer import Pointers
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk, read_policy

# Every command can name an environment, and few do: what reads pointers is loaded for those.
if TYPE_CHECKING:
    from basalt_cli.pointers.types import PointerReader, PointerWriter


def open_reader(project: Project, trunk: Trunk) -> PointerReader:
    """Return the reader of the backend that the trunk's basalt.yaml names."""
    if read_policy(project, trunk).deployments == "tags":
        from basalt_cli.pointers.tag_reader import TagReader

        if project.prefix:
            hint = "Move the project to the top of its repository, or keep deployments: file."
            message = f"{project.prefix} shares the repository's tags with other projects, so they cannot be pointers"
            raise BasaltError(message, hint=hint)
        return TagReader(project, trunk)
    from basalt_cli.pointers.file_reader import FileReader

    return FileReader(project, trunk)


def open_writer(project: Project, trunk: Trunk) -> PointerWriter:
    """Return the writer of the backend that the trunk's basalt.yaml names."""
    if read_policy(project, trunk).deployments == "tags":
        from basalt_cli.pointers.tag_writer import TagWriter

        return TagWriter(project, trunk)
    from basalt_cli.pointers.file_writer import FileWriter

    return FileWriter(project, trunk)


def fetch_remote(project: Project, name: str | None) -> tuple[Trunk, str]:
    """Fetch a remote's trunk, and its tags where they are pointers; return the trunk and the remote's name.

    ``name`` is empty for the remote that the trunk follows.
    """
    from basalt_cli.pointers.pushing import choose_remote, fetch_trunk

    remote = choose_remote(project, name)
    trunk = fetch_trunk(project, remote)
    if read_policy(project, trunk).deployments == "tags":
        from basalt_cli.pointers.tag_writer import fetch_pointers, require_shared

        require_shared(project, remote, fetch_pointers(project, remote))
    return trunk, remote


def read_pointers(project: Project, trunk: Trunk) -> Pointers:
    """Return the pointers of all environments."""
    return open_reader(project, trunk).read()
