"""A project: the folder with basalt.yaml, its configuration, and the repository around it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.format.config.config_file import parse_config
from basalt_cli.git.objects import ObjectReader, TreeEntry
from basalt_cli.git.read import Refs, Repository, Tag, discover
from basalt_cli.model.config import CONFIG_NAME, Config
from basalt_cli.text.slug import path_of
from basalt_cli.workspace.project_root import find_root
from basalt_cli.workspace.prompt_tree import CommitTree, IndexTree, PromptTree, WorkingTree

# A command that remembers nothing does not import the store.
if TYPE_CHECKING:
    from basalt_cli.stores.store import Kind, Store, Value


class Project:
    """A project; git is started only when something is read from it.

    ``root`` is the folder that holds basalt.yaml; None in a bare repository, where everything is read from commits.
    """

    def __init__(self, root: Path | None, config: Config, repository: Repository | None = None) -> None:
        self.root = root
        self.config = config
        self._repository = repository
        self._refs: Refs | None = None
        self._stores: dict[tuple[str, ...], Store[Any]] = {}
        self._derived_from: Project | None = None

    @cached_property
    def repository(self) -> Repository:
        """Return the repository around the project; raise BasaltError where there is none."""
        repository = self.find_repository()
        if repository is None:
            hint = "Run git init, then commit your prompts: versions are commits."
            raise BasaltError(f"{self.root} is not in a git repository", hint=hint)
        return repository

    def find_repository(self) -> Repository | None:
        """Return the repository around the project, if there is one."""
        if self._repository is None and self.root is not None:
            self._repository = discover(self.root)
        return self._repository

    @cached_property
    def prefix(self) -> str:
        """Return the project's folder from the top of the repository: empty at the top, else with a trailing slash."""
        if self.root is None or self.repository.work_tree is None:
            return ""
        relative = os.path.relpath(os.path.realpath(self.root), os.path.realpath(self.repository.work_tree))
        return "" if relative == "." else relative.replace(os.sep, "/") + "/"

    @cached_property
    def objects(self) -> ObjectReader:
        """Return the reader of the repository's objects."""
        return self._derived_from.objects if self._derived_from is not None else ObjectReader(self.repository)

    @property
    def git_folder(self) -> str:
        """Return the prompts folder by its path from the repository's root."""
        return self.prefix + self.config.prompts

    def open_tree(self, commit: str | None) -> PromptTree:
        """Return the prompts folder at a commit, or the working tree for None."""
        if commit is not None:
            return self.open_commit(commit)
        if self.root is None:
            hint = "Name a version, as in support/reply@latest."
            raise BasaltError("a bare repository has no working tree", hint=hint)
        folder = self.root / self.config.prompts
        if not folder.is_dir():
            hint = f"Make it with basalt init or basalt new, or set prompts: in {CONFIG_NAME}."
            raise NotFoundError(f"the prompts folder {self.config.prompts}/ does not exist", hint=hint)
        return WorkingTree(folder)

    def open_commit(self, commit: str) -> CommitTree:
        """Return the prompts folder at a commit."""
        return CommitTree(self.objects, commit, self.git_folder)

    def open_store(self, kind: Kind[Value], *parts: str) -> Store[Value]:
        """Return the store of a kind in the repository; ``close`` saves it. Outside a repository it stays empty."""
        from basalt_cli.stores.place import in_repository
        from basalt_cli.stores.store import Store

        key = (kind.name, *parts)
        if key not in self._stores:
            repository = self.find_repository()
            folder = in_repository(repository.common_dir) if repository is not None else None
            self._stores[key] = Store(folder, kind, *parts)
        return self._stores[key]

    def open_staged(self) -> PromptTree:
        """Return the prompts folder in the index."""
        from basalt_cli.git.files import list_in_index

        top = f"{self.git_folder}/"
        staged = {found.path.removeprefix(top): found for found in list_in_index(self.repository, [self.git_folder])}
        return IndexTree(self.objects, {path: TreeEntry(found.mode, found.object_id) for path, found in staged.items()})

    def read_committed(self, commit: str, name: str) -> bytes | None:
        """Return a file of the project's folder at a commit; None where it does not exist.

        Raises BasaltError for a link, a folder or a submodule in its place.
        """
        folder = self.objects.read_folder(f"{commit}:{self.prefix.rstrip('/')}")
        if folder is None:
            self.objects.require_tree(commit)
        entry = (folder or {}).get(name)
        if entry is not None and not entry.is_regular:
            hint = f"Replace {name} by a regular file, and commit it."
            raise BasaltError(f"{name} is a link, a folder or a submodule at {commit[:9]}", hint=hint)
        return self.objects.require_blob(entry.object_id, f"{name} at {commit[:9]}") if entry is not None else None

    def find_file_at(self, commit: str, path: str) -> str | None:
        """Return git's id of a file's content at a commit, by its path from the project's folder; None without one."""
        folder, _, name = (self.prefix + path).rpartition("/")
        entry = (self.objects.read_folder(f"{commit}:{folder}") or {}).get(name)
        return entry.object_id if entry is not None and entry.is_regular else None

    def snapshot_refs(self) -> None:
        """Read branches and tags once, so that all later reads see one moment; for a project that is closed soon."""
        self._refs = self.repository.read_refs(self.config.trunk)

    def list_followed(self) -> dict[str, tuple[str, str]]:
        """Return commit and upstream of the trunk's branches, local and remote, by ref name."""
        return self._refs.followed if self._refs is not None else self.repository.list_followed(self.config.trunk)

    def list_tags(self) -> Iterable[Tag]:
        """Return all tags."""
        return self._refs.tags if self._refs is not None else self.repository.list_tags()

    def under(self, policy: Config) -> Project:
        """Return this project with another configuration: the same folder and readers, other prompts and environments.

        The trunk keeps its name. The other project shares readers and stores with this one, which closes them.
        """
        if policy == self.config:
            return self
        other = Project(self.root, policy._replace(trunk=self.config.trunk), self.find_repository())
        other._refs, other._stores, other._derived_from = self._refs, self._stores, self
        return other

    def path_of_slug(self, slug: str) -> str:
        """Return the path of a prompt's file from the project's folder."""
        return f"{self.config.prompts}/{path_of(slug)}"

    def close(self) -> None:
        """Save the stores, and end the processes that read for this project."""
        if self._derived_from is not None:
            return
        for store in self._stores.values():
            store.save()
        if "objects" in self.__dict__:
            self.objects.close()


def open_project(folder: Path, repository: Repository | None = None) -> Project:
    """Return the project around a folder; raise NotFoundError where there is none.

    ``repository`` is the one around the folder, where it is known.
    """
    root = find_root(folder)
    if root is not None:
        path = root / CONFIG_NAME
        return Project(root, parse_config(path.read_bytes(), os.path.relpath(path)), repository)
    repository = repository or discover(folder)
    if repository is not None and repository.work_tree is None:
        return _open_bare(repository)
    hint = "Run basalt init to start one here, or give the folder with basalt -C DIR."
    raise NotFoundError(f"no {CONFIG_NAME} in {folder} or the folders above it", hint=hint)


def _open_bare(repository: Repository) -> Project:
    project = Project(None, Config(), repository)
    head = repository.find_commit("HEAD")
    data = project.read_committed(head, CONFIG_NAME) if head else None
    if data is None:
        raise NotFoundError(
            f"the repository has no {CONFIG_NAME} at HEAD", hint="Push a branch that has one at its top."
        )
    project.config = parse_config(data)
    return project
