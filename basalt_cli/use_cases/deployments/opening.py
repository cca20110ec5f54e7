"""Open the place where a project keeps its pointers."""

from __future__ import annotations

from basalt_cli.model.pointer import Pointers
from basalt_cli.use_cases.deployments.backend import Backend
from basalt_cli.use_cases.project import Project
from basalt_cli.use_cases.trunk import Trunk, read_policy


def open_backend(project: Project, trunk: Trunk) -> Backend:
    """Return the backend that basalt.yaml names on the trunk."""
    if read_policy(project, trunk).deployments == "tags":
        from basalt_cli.use_cases.deployments.tag_backend import TagBackend

        return TagBackend(project, trunk.as_of)
    from basalt_cli.use_cases.deployments.file_backend import FileBackend

    return FileBackend(project, trunk)


def fetch_remote(project: Project, name: str | None) -> tuple[Trunk, str]:
    """Fetch a remote's trunk, and its tags where they are pointers; return the trunk and the remote's name.

    ``name`` is empty for the remote that the trunk follows.
    """
    from basalt_cli.use_cases.deployments.pushing import choose_remote, fetch_trunk

    remote = choose_remote(project, name)
    trunk = fetch_trunk(project, remote)
    if read_policy(project, trunk).deployments == "tags":
        from basalt_cli.use_cases.deployments.tag_backend import fetch_pointers

        fetch_pointers(project, remote)
    return trunk, remote


def read_pointers(project: Project, trunk: Trunk) -> Pointers:
    """Return the pointers of all environments."""
    return open_backend(project, trunk).read()
