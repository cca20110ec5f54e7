"""The versions of prompts at a commit."""

from __future__ import annotations

from collections.abc import Iterable

from basalt_cli.model.version import Version
from basalt_cli.stores.store import Kind
from basalt_cli.versions.one_prompt import list_versions
from basalt_cli.versions.walk import VersionWalk, Walker
from basalt_cli.workspace.outlines import OutlineReader
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk

_FEWEST_TO_REMEMBER = 48
_VERSIONS = Kind("versions", dict[str, Version], most_entries=1)


def find_versions(project: Project, slugs: Iterable[str], commit: str) -> dict[str, Version]:
    """Return the version of each prompt at a commit, by slug; prompts that do not exist there are left out."""
    wanted = list(slugs)
    if len(wanted) == 1:
        entry = next(list_versions(project, wanted[0], commit), None)
        return {wanted[0]: entry.version} if entry is not None else {}
    if len(wanted) < _FEWEST_TO_REMEMBER or project.repository.is_shallow:
        return _walk_to_versions(project, wanted, commit)
    return _find_remembered(project, wanted, commit)


def _walk_to_versions(project: Project, slugs: list[str], commit: str) -> dict[str, Version]:
    walk = VersionWalk(project, goes_on=False)
    for slug in slugs:
        walk.start(Walker(slug), commit)
    return {found.walker.slug: found.version for found in walk.run()}


def _find_remembered(project: Project, slugs: list[str], commit: str) -> dict[str, Version]:
    """Return the remembered versions of prompts that were not touched since, and walk for the others.

    Where the remembered commit is on the first-parent line of this one, a prompt that no commit between touches has
    the same version at both.
    """
    store, outlines = project.open_store(_VERSIONS, project.git_folder), OutlineReader(project)
    base = store.newest_key
    remembered = store.find(base) if base is not None else None
    touched = _find_touched_since(project, base, commit) if remembered is not None else None
    versions: dict[str, Version] = {}
    for slug in slugs if touched is not None else ():
        known, outline = (remembered or {}).get(slug), outlines.find(commit, slug)
        if known is not None and outline is not None and touched is not None and touched.isdisjoint(outline.paths):
            versions[slug] = known
    missing = [slug for slug in slugs if slug not in versions]
    if missing:
        versions |= _walk_to_versions(project, missing, commit)
    if base != commit or remembered is None:
        store.keep(commit, versions)
    return versions


def _find_touched_since(project: Project, base: str | None, commit: str) -> frozenset[str] | None:
    """Return the paths touched since ``base``; None where it is not on the first-parent line of the commit."""
    if base == commit:
        return frozenset()
    if base is None or not project.objects.has_commit(base):
        return None
    return project.repository.list_touched(base, commit, project.git_folder)


def find_again(project: Project, trunk: Trunk, slug: str, digest: str) -> Version | None:
    """Return the newest version on the shared trunk that has a digest; None where none has."""
    entries = list_versions(project, slug, trunk.upstream or trunk.commit)
    return next((entry.version for entry in entries if entry.version.digest == digest), None)


def find_version_of(project: Project, slug: str, commit: str | None, digest: str) -> str | None:
    """Return the version of a prompt at a commit, as 40 hex digits.

    For the working tree (``commit`` is None) the version at HEAD, where its digest is equal. None where it is not,
    outside a repository, or at the boundary of a shallow clone.
    """
    if commit is None:
        repository = project.find_repository()
        commit = repository.find_commit("HEAD") if repository is not None else None
        if commit is None:
            return None
    version = find_versions(project, [slug], commit).get(slug)
    return version.id if version is not None and version.digest == digest else None
