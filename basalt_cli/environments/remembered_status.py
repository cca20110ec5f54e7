"""The status, worked out once for each state of the refs: all that it tells of stands in commits and tags."""

from __future__ import annotations

from pathlib import Path

from basalt_cli.model.status import Status
from basalt_cli.pointers.stored_status import decode_status, encode_status
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.stores.sealed_file import path_in_repository, read_sealed, write_sealed
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk, get_trunk, require_full_history

_FEWEST_TO_REMEMBER = 48
_MOST_STORES = 3


def read_status(project: Project) -> Status:
    """Return the state of every prompt on the trunk or in an environment."""
    known, trunk, path = _look_up(project)
    if known is not None:
        return known
    from basalt_cli.environments.status import compute_status

    status = compute_status(TrunkState(project, trunk))
    # A commit that is missing can come with any fetch, and no ref need tell of it.
    has_flaws = any(found.flaw for prompt in status.prompts for found in prompt.environments.values())
    if len(status.prompts) >= _FEWEST_TO_REMEMBER and not has_flaws:
        write_sealed(path, encode_status(status), most_files=_MOST_STORES)
    return status


def find_status(project: Project) -> Status | None:
    """Return the status where it is remembered; None where it must be worked out."""
    return _look_up(project)[0]


def _look_up(project: Project) -> tuple[Status | None, Trunk, Path]:
    trunk = get_trunk(project)
    require_full_history(project, "status")
    path = _store_path(project, trunk)
    stored = read_sealed(path)
    return decode_status(stored) if stored is not None else None, trunk, path


def _store_path(project: Project, trunk: Trunk) -> Path:
    """Name the store by everything that a status depends on."""
    tags = project.repository.run("for-each-ref", "--format=%(objectname) %(refname)", "--", "refs/tags/")
    parts = (repr(project.config), repr(trunk), project.git_folder, tags)
    return path_in_repository(project.repository.common_dir, "status", *parts)
