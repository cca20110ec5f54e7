"""The whole status, remembered for one state of the refs: everything that it shows is in commits and tags."""

from __future__ import annotations

from basalt_cli.model.status import Status
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.stores.store import Kind, Store
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk, get_trunk, require_full_history

# Reading the file takes longer than computing the status of a few prompts.
_FEWEST_TO_REMEMBER = 48
_STATUS = Kind("status", Status, most_entries=1, most_files=3)
_KEY = "status"


def read_status(project: Project) -> Status:
    """Return the state of every prompt that is on the trunk or in an environment."""
    store, trunk = _open(project)
    known = store.find(_KEY)
    if known is not None:
        return known

    from basalt_cli.environments.status import compute_status

    status = compute_status(TrunkState(project, trunk))
    # A missing commit can arrive with any fetch, without a change of the refs.
    has_flaws = any(found.flaw for prompt in status.prompts for found in prompt.environments.values())
    if len(status.prompts) >= _FEWEST_TO_REMEMBER and not has_flaws:
        store.keep(_KEY, status)
    return status


def find_status(project: Project) -> Status | None:
    """Return the remembered status; None where it must be computed."""
    return _open(project)[0].find(_KEY)


def _open(project: Project) -> tuple[Store[Status], Trunk]:
    """Return the store for everything that a status depends on, and the trunk."""
    trunk = get_trunk(project)
    require_full_history(project, "status")
    tags = project.repository.run("for-each-ref", "--format=%(objectname) %(refname)", "--", "refs/tags/")
    parts = (repr(project.config), repr(trunk), project.git_folder, tags)
    return project.open_store(_STATUS, *parts), trunk
