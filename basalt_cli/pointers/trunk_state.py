"""The trunk as one command sees it: its tip, its policy and its pointers, each read at most once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from basalt_cli.errors import BasaltError
from basalt_cli.model.config import Config
from basalt_cli.model.pointer import Pointers
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk, find_trunk, get_trunk, read_policy

# Many commands accept the name of an environment and few read one: the backends are imported on first use.
if TYPE_CHECKING:
    from basalt_cli.pointers.types import PointerReader, PointerWriter


class TrunkState:
    """What the trunk holds; everything is read on first use, so a state that is not used costs nothing.

    ``checkout`` is the project with its own basalt.yaml, ``project`` the same with the trunk's. ``trunk`` selects
    another trunk than this clone's present one: a freshly fetched one, or an earlier one.
    """

    def __init__(self, checkout: Project, trunk: Trunk | None = None) -> None:
        self.checkout = checkout
        self._given = trunk

    def reuse(self, known: TrunkState | None) -> None:
        """Take over what another state of the same commit has read; pointer tags can move while the commit stays."""
        if known is None or known.commit != self.commit:
            return
        self.policy = known.policy
        if self.policy.deployments == "file":
            self.pointers = known.pointers

    def read_now(self) -> None:
        """Read the policy and, where they are in a file, the pointers; raise BasaltError where one cannot be read."""
        if self.policy.deployments == "file":
            _ = self.pointers

    @cached_property
    def found(self) -> Trunk | None:
        """Return the trunk; None outside a repository, and where the trunk does not exist."""
        if self._given is not None:
            return self._given
        return find_trunk(self.checkout) if self.checkout.find_repository() is not None else None

    @cached_property
    def trunk(self) -> Trunk:
        """Return the trunk; raise NotFoundError where it does not exist."""
        return self.found or get_trunk(self.checkout)

    @property
    def commit(self) -> str:
        """Return the trunk's tip."""
        return self.trunk.commit

    @cached_property
    def policy(self) -> Config:
        """Return the configuration of the trunk's basalt.yaml."""
        return read_policy(self.checkout, self.trunk)

    @cached_property
    def project(self) -> Project:
        """Return the project under the trunk's configuration."""
        return self.checkout.under(self.policy)

    @cached_property
    def reader(self) -> PointerReader:
        """Return the reader of the backend that the policy names."""
        if self.policy.deployments == "tags":
            from basalt_cli.pointers.tag_reader import TagReader

            if self.project.prefix:
                hint = "Move the project to the top of its repository, or keep deployments: file."
                message = f"{self.project.prefix} shares the repository's tags with other projects, so pointers"
                raise BasaltError(f"{message} cannot be tags", hint=hint)
            return TagReader(self.project, self.trunk)
        from basalt_cli.pointers.file_reader import FileReader

        return FileReader(self.project, self.trunk)

    def open_writer(self) -> PointerWriter:
        """Return the writer of the backend that the policy names; it compares with this trunk, and reads it anew."""
        if self.policy.deployments == "tags":
            from basalt_cli.pointers.tag_writer import TagWriter

            return TagWriter(self.project, self.trunk)
        from basalt_cli.pointers.file_writer import FileWriter

        return FileWriter(self.project, self.trunk)

    @cached_property
    def pointers(self) -> Pointers:
        """Return the pointers of all environments; none where the trunk does not exist."""
        return self.reader.read() if self.found is not None else {}


def fetch_state(project: Project, name: str | None) -> tuple[TrunkState, str]:
    """Fetch a remote's trunk, and its pointer tags where pointers are tags; return its state and the remote's name.

    ``name`` is empty for the remote that the trunk follows.
    """
    from basalt_cli.pointers.pushing import choose_remote, fetch_trunk

    remote = choose_remote(project, name)
    state = TrunkState(project, fetch_trunk(project, remote))
    if state.policy.deployments == "tags":
        from basalt_cli.pointers.tag_writer import fetch_pointers, require_shared

        require_shared(project, remote, fetch_pointers(project, remote))
    return state, remote
