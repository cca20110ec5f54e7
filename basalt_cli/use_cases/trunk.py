"""The trunk's tip, and the pointers that its deployments.yaml holds: the truth about environments."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.model.config import DEPLOYMENTS_NAME
from basalt_cli.pure.deployments_file import Pointers, parse_deployments
from basalt_cli.pure.words import list_names
from basalt_cli.use_cases.project import Project


class Trunk(NamedTuple):
    """The commit that counts as the trunk's tip; ``local`` and ``upstream`` are both sides' tips, where they exist.

    ``warning`` says what a reader should know: that the two have parted.
    """

    commit: str
    ref: str
    local: str | None
    upstream: str | None
    upstream_ref: str = ""
    warning: str | None = None

    @property
    def shared_name(self) -> str:
        """Name the branch that others see: the upstream, or the local one where there is none."""
        return (self.upstream_ref or self.ref).removeprefix("refs/heads/").removeprefix("refs/remotes/")


def find_trunk(project: Project) -> Trunk | None:
    """Return the trunk: of the local branch and its upstream the one that contains the other.

    Where the two have parted, the upstream; where there is no local branch (a CI checkout), the remote's. None when the
    trunk does not exist yet.
    """
    repository, name = project.repository, project.config.trunk
    heads, remote = f"refs/heads/{name}", f"refs/remotes/origin/{name}"
    followed = repository.find_upstream(name)
    refs = repository.list_refs(heads, remote, *([followed] if followed else []))
    local = refs.get(heads)
    if local is None:
        tip = refs.get(remote)
        return Trunk(tip, remote, None, tip, remote) if tip else None
    upstream = refs.get(followed) if followed else None
    if followed is None or upstream is None or upstream == local or repository.is_ancestor(upstream, local):
        return Trunk(local, heads, local, upstream, (followed or "") if upstream else "")
    if repository.is_ancestor(local, upstream):
        return Trunk(upstream, followed, local, upstream, followed)
    warning = f"{name} and {followed.removeprefix('refs/remotes/')} have parted; pointers are read from the latter"
    return Trunk(upstream, followed, local, upstream, followed, warning)


def get_trunk(project: Project) -> Trunk:
    """Return the trunk; raise NotFoundError with the remedy where it does not exist."""
    trunk = find_trunk(project)
    if trunk is not None:
        return trunk
    name = project.config.trunk
    branches = [ref.removeprefix("refs/heads/") for ref in project.repository.list_refs("refs/heads/")]
    if not branches and project.repository.find_commit("HEAD") is None:
        hint = f"Commit your prompts on {name}: versions are commits."
        raise NotFoundError(f"the trunk {name!r} has no commits yet", hint=hint)
    fetch = (
        f"Fetch it: git fetch origin {name}:refs/remotes/origin/{name}; or set"
        if project.repository.has_remote()
        else "Set"
    )
    hint = f"{fetch} trunk: in basalt.yaml (branches here: {list_names(branches)})."
    raise NotFoundError(f"the trunk {name!r} is not in this clone", hint=hint)


def read_pointers(project: Project, commit: str) -> Pointers:
    """Return the pointers of deployments.yaml at a commit; none where there is no such file."""
    data = project.read_committed(commit, DEPLOYMENTS_NAME)
    return parse_deployments(data, f"{commit[:9]}:{DEPLOYMENTS_NAME}") if data is not None else {}


def require_environment(project: Project, name: str) -> None:
    """Raise NotFoundError unless basalt.yaml declares the environment."""
    from basalt_cli.pure.words import did_you_mean

    names = project.config.environment_names
    if name not in names:
        hint = f"{did_you_mean(name, names)}Environments in basalt.yaml: {list_names(names)}."
        raise NotFoundError(f"there is no environment {name!r}", hint=hint)


def require_full_history(project: Project, purpose: str) -> None:
    """Raise BasaltError in a shallow clone, where versions cannot be told."""
    if project.repository.is_shallow:
        hint = "Fetch the whole history: git fetch --unshallow (in GitHub Actions, fetch-depth: 0)."
        raise BasaltError(f"this is a shallow clone, and {purpose} needs the history", hint=hint)
