"""A change under the merge gate: its two sides, the trunk, and the policy that judges it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.errors import BasaltError, NotFoundError, UsageError
from basalt_cli.format.config.check_policy import DEFAULT_LEVELS
from basalt_cli.format.config.config_file import parse_config
from basalt_cli.git.files import list_in_index
from basalt_cli.git.process import try_git
from basalt_cli.git.state import list_merge_heads
from basalt_cli.model.check_report import CheckItem, Level
from basalt_cli.model.config import CONFIG_NAME, DEPLOYMENTS_NAME, Config
from basalt_cli.model.version import EMPTY_TREE
from basalt_cli.pointers.trunk_state import TrunkState
from basalt_cli.text.slug import path_of
from basalt_cli.versions.references import find_revision, open_catalog
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk, get_trunk, read_policy

_LINK = "120000"


class CheckRequest(NamedTuple):
    """What is checked: the working tree, the index, or the result of merging HEAD into a branch.

    ``base`` is a revision; without one it is the merge base of HEAD and the trunk. ``message`` is that of the commit
    about to be made from the index.
    """

    base: str | None = None
    is_staged: bool = False
    merge_into: str | None = None
    message: str | None = None


class NewSide(NamedTuple):
    """The new side of a change; ``tree`` is the commit or tree that is read, None for the index and the working tree.

    ``conflicts`` are the paths that cannot be merged; ``links`` are symbolic links in the place of files or folders.
    """

    catalog: Catalog
    label: str
    deployments: bytes | None
    links: tuple[str, ...] = ()
    tree: str | None = None
    is_staged: bool = False
    conflicts: str | None = None


class CheckedChange(NamedTuple):
    """A change: its base and its new side, the trunk, and the policy that judges it.

    ``wanted`` is the configuration of the new side; ``head`` is None before the first commit.
    """

    project: Project
    state: TrunkState
    policy: Config
    wanted: Config
    base: str
    head: str | None
    old: Catalog
    side: NewSide

    @property
    def new(self) -> Catalog:
        """Return the prompts of the new side."""
        return self.side.catalog

    def path_of(self, slug: str) -> str:
        """Return the path of a prompt's file from the project's folder, on the new side."""
        return f"{self.wanted.prompts}/{path_of(slug)}"

    def level_of(self, kind: str) -> str:
        """Return the level that the policy gives a kind of item."""
        return dict(self.policy.check.levels).get(kind, DEFAULT_LEVELS[kind])

    def item(self, kind: str | None, message: str, **details: str | int | None) -> Iterator[CheckItem]:
        """Yield an item, unless the policy switches its kind off."""
        level = self.level_of(kind) if kind is not None else "off"
        if kind is not None and level != "off":
            yield CheckItem(kind, Level(level), message, **details)  # type: ignore[arg-type]


class _Merged(NamedTuple):
    """The commit or tree of the new side, where it has one, and the conflicts of the merge."""

    tree: str | None
    conflicts: str | None = None


def open_change(project: Project, request: CheckRequest) -> CheckedChange:
    """Return a change with both of its sides; its project has the configuration of the base, which judges."""
    head = project.repository.find_commit("HEAD")
    if head is None:
        return _open_first(project, request)
    trunk = get_trunk(project)
    target = find_revision(project, request.merge_into) if request.merge_into is not None else None
    # A merge is compared with the branch that it goes into.
    base = target or _find_base(project, request, trunk, head)
    # The target's policy judges: a branch must not choose an older policy by starting from an older commit.
    judge = base if request.base is not None or target is not None else trunk.commit
    policy = read_policy(project, trunk._replace(commit=judge))
    merged = _merge(project, target, head) if target is not None else _Merged(None if project.root else head)
    wanted = _read_wanted(project, merged.tree, is_staged=request.is_staged)
    # Each side has its prompts where its own basalt.yaml says.
    judging = project.under(policy)
    old = open_catalog(judging, base, base[:9])
    side = _open_side(project.under(wanted), request, merged)
    return CheckedChange(judging, TrunkState(judging, trunk), policy, wanted, base, head, old, side)


def _open_first(project: Project, request: CheckRequest) -> CheckedChange:
    """Return the change of a repository's first commit, which is compared with the empty tree."""
    if not request.is_staged:
        hint = "Commit your prompts first; basalt check --staged checks the index."
        raise NotFoundError("HEAD has no commit yet", hint=hint)
    if request.base is not None:
        raise UsageError("--base needs a commit, and there is none yet", hint="Leave it out.")
    project = project.under(_read_wanted(project, None, is_staged=True))
    trunk = Trunk(EMPTY_TREE, f"refs/heads/{project.config.trunk}", None, None)
    old = open_catalog(project, EMPTY_TREE, "before")
    state = TrunkState(project, trunk)
    return CheckedChange(project, state, project.config, project.config, EMPTY_TREE, None, old, _open_staged(project))


def _find_base(project: Project, request: CheckRequest, trunk: Trunk, head: str) -> str:
    if request.base is not None:
        return find_revision(project, request.base)
    base = project.repository.find_merge_base(trunk.commit, head)
    if base is None:
        hint = "Name the commit to compare with: --base REV."
        raise NotFoundError(f"HEAD and {project.config.trunk} have no commit in common", hint=hint)
    # A merge about to be committed may bring in commits of the trunk, which are not part of this change.
    for merged in list_merge_heads(project.repository) if request.is_staged else ():
        other = project.repository.find_merge_base(trunk.commit, merged)
        if other is not None and project.repository.is_ancestor(base, other):
            base = other
    return base


def _open_side(project: Project, request: CheckRequest, merged: _Merged) -> NewSide:
    if merged.tree is not None:
        catalog = open_catalog(project, merged.tree)
        label = "HEAD" if request.merge_into is None else f"merge into {request.merge_into}"
        deployments = project.read_committed(merged.tree, DEPLOYMENTS_NAME)
        return NewSide(catalog, label, deployments, tree=merged.tree, conflicts=merged.conflicts)
    if request.is_staged:
        return _open_staged(project)
    assert project.root is not None
    path = project.root / DEPLOYMENTS_NAME
    links = tuple(name for name in _list_names(project) if os.path.islink(project.root / name))
    data = path.read_bytes() if path.is_file() else None
    return NewSide(open_catalog(project, None), "working tree", data, links)


def _read_wanted(project: Project, tree: str | None, *, is_staged: bool) -> Config:
    """Return the configuration of the new side; that of the working tree where it has no basalt.yaml."""
    if tree is not None:
        data = project.read_committed(tree, CONFIG_NAME)
    elif is_staged:
        found = [f for f in list_in_index(project.repository, [project.prefix + CONFIG_NAME]) if f.mode != _LINK]
        data = project.objects.read_blob(found[0].object_id) if found else None
    else:
        data = None
    return parse_config(data, f"{'staged' if is_staged else 'merged'} {CONFIG_NAME}") if data else project.config


def _open_staged(project: Project) -> NewSide:
    names = _list_names(project)
    staged = {found.path: found for found in list_in_index(project.repository, [project.prefix + n for n in names])}
    links = tuple(n for n in names if (found := staged.get(project.prefix + n)) is not None and found.mode == _LINK)
    entry = staged.get(project.prefix + DEPLOYMENTS_NAME) if DEPLOYMENTS_NAME not in links else None
    data = project.objects.read_blob(entry.object_id) if entry is not None else None
    catalog = Catalog(project.open_staged(), project.config.prompts, "in the index")
    return NewSide(catalog, "index", data, links, is_staged=True)


def _list_names(project: Project) -> tuple[str, ...]:
    """Return the paths that must not be links."""
    return DEPLOYMENTS_NAME, CONFIG_NAME, project.config.prompts


def _merge(project: Project, target: str, head: str) -> _Merged:
    """Merge as git would, without touching a branch or a file."""
    arguments = ["merge-tree", "--write-tree", "--name-only", "--no-messages", target, head]
    result = try_git(arguments, project.repository.folder, git_dir=project.repository.git_dir)
    lines = result.stdout.decode(errors="surrogateescape").splitlines()
    if result.returncode not in (0, 1) or not lines:
        raise BasaltError("git cannot merge without a working tree", hint="--merge-into needs git 2.38 or newer.")
    return _Merged(lines[0], None if result.returncode == 0 else ", ".join(lines[1:6]))
