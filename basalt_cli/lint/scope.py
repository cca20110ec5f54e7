"""Find the files to lint: those that are named, or those that changed and the prompts that include them."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.format.prompt.closure import collect_closure, normalise_line_ends
from basalt_cli.lint.engine import list_linted_paths
from basalt_cli.text.slug import is_partial_path, is_pattern, is_prompt_path, is_reserved, slug_of
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.prompt_tree import CommitTree, PromptTree

_HEAD = "HEAD"
_FROM_HERE = "Give a path from the working directory."


def find_named(project: Project, tree: PromptTree, paths: list[Path]) -> list[str]:
    """Return the paths below the prompts folder that files, folders and patterns name, in order, without duplicates.

    ``paths`` start at the working directory. Raises NotFoundError for a path that does not exist, or a pattern that
    matches nothing, and BasaltError for a path outside the prompts folder.
    """
    folder = prompts_path(project)
    known: tuple[str, ...] | None = None
    found: dict[str, None] = {}
    for path in paths:
        target = _resolve(path)
        if target.is_relative_to(folder) and tree.read(target.relative_to(folder).as_posix()) is not None:
            found[target.relative_to(folder).as_posix()] = None
            continue
        known = list_linted_paths(tree) if known is None else known
        found |= dict.fromkeys(_expand(project, folder, path, target, known))
    return list(found)


def prompts_path(project: Project) -> Path:
    """Return the prompts folder on disk, with links resolved."""
    assert project.root is not None
    return Path(os.path.realpath(project.root / project.config.prompts))


def _resolve(path: Path) -> Path:
    """Return the absolute path, with links resolved in its folders but not in its last part."""
    return path.resolve() if path.name == ".." else Path(os.path.realpath(path.parent)) / path.name


def _expand(project: Project, folder: Path, path: Path, target: Path, known: tuple[str, ...]) -> list[str]:
    """Return the files of a folder, those that match a pattern, or the path of a file, existing or not."""
    is_there = os.path.lexists(path)
    inside = target.relative_to(folder).as_posix() if target.is_relative_to(folder) else ""
    if any(name.startswith(f"{inside}/") for name in known) and inside not in ("", "."):
        return [name for name in known if name.startswith(f"{inside}/")]
    if folder.is_relative_to(target):
        return list(known)
    if not target.is_relative_to(folder):
        if not is_there and not is_pattern(str(path)):
            raise NotFoundError(f"{path} does not exist", hint=_FROM_HERE)
        hint = f"Give a path below {project.config.prompts}/."
        raise BasaltError(f"{path} is not in the prompts folder", hint=hint)
    name = target.relative_to(folder).as_posix()
    if is_there:
        return [inside for inside in known if inside.startswith(f"{name}/")] if target.is_dir() else [name]
    pattern = _compile_pattern(name)
    matches = [inside for inside in known if pattern.match(inside)] if is_pattern(name) else []
    if not matches:
        what = f"nothing matches {str(path)!r}" if is_pattern(name) else f"{path} does not exist"
        raise NotFoundError(what, hint=_FROM_HERE)
    return matches


def _compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return a shell pattern as a regular expression; ``*`` and ``?`` match no slash, ``**/`` any number of folders."""
    parts = re.split(r"(\*\*/|\*|\?|\[[^\]]+\])", pattern)
    meanings = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(meanings.get(p) or (p if p.startswith("[") else re.escape(p)) for p in parts) + r"\Z")


def find_changed(project: Project, tree: PromptTree, base: str) -> list[str]:
    """Return the paths of files that differ from a revision, and of the prompts that include such files.

    For a revision other than HEAD, the comparison is with its merge base with HEAD. Raises NotFoundError if there is no
    such revision.
    """
    commit = _find_base(project, base)
    return find_changed_between(tree, project.open_commit(commit) if commit is not None else None)


def find_changed_between(tree: PromptTree, before: CommitTree | None) -> list[str]:
    """Return the sorted paths of files that differ from an earlier tree, and of the prompts that include such files."""
    changed = _compare(tree, before)
    existing = set(tree.list_paths())
    linted = [path for path in changed & existing if is_prompt_path(path) or path.endswith(".yml")]
    partials = {path for path in changed if is_partial_path(path)}
    affected = _find_including(tree, partials)
    reached = {path for path in partials & existing if any(path in names for names in affected.values())}
    return sorted({*(path for path in linted if not is_reserved(path)), *affected, *reached})


def _find_base(project: Project, base: str) -> str | None:
    repository = project.repository
    commit = repository.find_commit(base)
    head = repository.find_commit(_HEAD)
    if commit is None and base != _HEAD:
        hint = "Name a branch or commit; in CI, fetch it first."
        raise NotFoundError(f"there is no revision {base!r} to compare with", hint=hint)
    if commit is None or head is None or base == _HEAD:
        return commit
    return repository.find_merge_base(commit, head) or commit


def _compare(tree: PromptTree, before: CommitTree | None) -> set[str]:
    """Return the paths that only one tree has, or whose contents differ other than in line ends."""
    paths = set(tree.list_paths())
    old = before.list_blobs() if before is not None else {}
    return {path for path in paths | old.keys() if path not in paths or old.get(path) not in _blob_ids(tree, path)}


def _blob_ids(tree: PromptTree, path: str) -> tuple[str, str]:
    """Return the blob ids of a file's content, as it is and with LF line ends: git may have stored either."""
    data = tree.read(path) or b""
    first, second = (
        hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        for content in (data, normalise_line_ends(data))
    )
    return first, second


def _find_including(tree: PromptTree, partials: set[str]) -> dict[str, frozenset[str]]:
    """Return the paths of their closures for the prompts that include one of the partials, existing or not."""
    if not partials:
        return {}
    found = {}
    for path in tree.list_paths():
        closure = collect_closure(slug_of(path), tree.read) if is_prompt_path(path) else None
        if closure is not None and not partials.isdisjoint(closure.paths):
            found[path] = frozenset(closure.paths)
    return found
