"""The trunk: its tip, and the configuration there."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.format.config.config_file import parse_config
from basalt_cli.model.config import CONFIG_NAME, Config, Environment
from basalt_cli.text.words import did_you_mean, list_names
from basalt_cli.workspace.project import Project


class Trunk(NamedTuple):
    """The trunk's tip; ``local`` and ``upstream`` are the tips of both branches, where they exist.

    ``warning`` says that the two have diverged. ``as_of`` is set where the tip is that of an
    earlier time, in seconds since 1970.
    """

    commit: str
    ref: str
    local: str | None
    upstream: str | None
    upstream_ref: str = ""
    warning: str | None = None
    as_of: int | None = None

    @property
    def shared_name(self) -> str:
        """Return the name of the shared branch: the upstream, or the local branch where there is none."""
        return (self.upstream_ref or self.ref).removeprefix("refs/heads/").removeprefix("refs/remotes/")


def find_trunk(project: Project) -> Trunk | None:
    """Return the trunk: of the local branch and its upstream the one that contains the other.

    Where the two have diverged, the upstream; where there is no local branch (a CI checkout), the remote's. None where
    the trunk does not exist.
    """
    repository, name = project.repository, project.config.trunk
    heads, remote = f"refs/heads/{name}", f"refs/remotes/origin/{name}"
    refs = project.list_followed()
    local, followed = refs.get(heads, ("", ""))
    if not local:
        tip, _ = refs.get(remote, ("", ""))
        return Trunk(tip, remote, None, tip, remote) if tip else None
    upstream = refs[followed][0] if followed in refs else None
    if followed and upstream is None:
        # It follows a branch of another name, or of a remote whose name has a slash.
        upstream = repository.list_refs(followed).get(followed)
    if upstream is None or upstream == local or repository.is_ancestor(upstream, local):
        return Trunk(local, heads, local, upstream, followed if upstream else "")
    if repository.is_ancestor(local, upstream):
        return Trunk(upstream, followed, local, upstream, followed)
    warning = f"{name} and {followed.removeprefix('refs/remotes/')} have diverged; pointers are read from the latter"
    return Trunk(upstream, followed, local, upstream, followed, warning)


def get_trunk(project: Project) -> Trunk:
    """Return the trunk; raise NotFoundError where it does not exist."""
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


def get_earlier_trunk(project: Project, seconds: int) -> Trunk:
    """Return the trunk as it was at a time, in seconds since 1970; raise NotFoundError where it is younger."""
    trunk = get_trunk(project)
    tip = project.repository.find_commit_before(trunk.commit, seconds)
    if tip is None:
        hint = "Name a later time; basalt log shows the versions."
        if project.repository.is_shallow:
            hint = "This clone is shallow: git fetch --unshallow brings the rest."
        raise NotFoundError(f"{project.config.trunk} has no commit of that time or earlier", hint=hint)
    return trunk._replace(commit=tip, as_of=seconds)


def read_policy(project: Project, trunk: Trunk) -> Config:
    """Return the configuration of the trunk's basalt.yaml: a branch must not decide how production is moved.

    Where the trunk has no basalt.yaml, that of the working tree.
    """
    data = project.read_committed(trunk.commit, CONFIG_NAME)
    if data is None:
        return project.config
    policy = parse_config(data, f"{trunk.commit[:9]}:{CONFIG_NAME}")
    if policy.trunk != project.config.trunk:
        message = f"{CONFIG_NAME} here has trunk: {project.config.trunk!r}, and there it has trunk: {policy.trunk!r}"
        raise BasaltError(message, hint="A branch cannot choose the trunk: undo the change of the line trunk:.")
    return policy


def get_environment(project: Project, policy: Config, name: str) -> Environment:
    """Return an environment of the trunk's policy; raise NotFoundError that lists the declared ones."""
    environment = policy.find_environment(name)
    if environment is not None:
        return environment
    names = policy.environment_names
    hint = f"{did_you_mean(name, names)}Environments in {CONFIG_NAME} on {project.config.trunk}: {list_names(names)}."
    if name in project.config.environment_names:
        hint = f"The working tree's {CONFIG_NAME} declares it: commit that, and merge it into {project.config.trunk}."
    raise NotFoundError(f"there is no environment {name!r} on {project.config.trunk}", hint=hint)


def require_environment(project: Project, name: str) -> None:
    """Raise NotFoundError unless basalt.yaml declares the environment."""
    names = project.config.environment_names
    if name not in names:
        hint = f"{did_you_mean(name, names)}Environments in basalt.yaml: {list_names(names)}."
        raise NotFoundError(f"there is no environment {name!r}", hint=hint)


def require_full_history(project: Project, purpose: str) -> None:
    """Raise BasaltError in a shallow clone, whose history is cut off."""
    if project.repository.is_shallow:
        hint = "Fetch the whole history: git fetch --unshallow (in GitHub Actions, fetch-depth: 0)."
        raise BasaltError(f"this is a shallow clone, and {purpose} needs the history", hint=hint)
