"""Flaws of pointers: a commit that is missing or not on the trunk, a prompt that is missing, a wrong digest."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.errors import GitError
from basalt_cli.model.pointer import Pointer, Pointers, Share
from basalt_cli.model.status import Flaw
from basalt_cli.workspace.outlines import OutlineReader
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk


def find_flaws(project: Project, trunk: Trunk, pointers: Pointers) -> Iterator[Flaw]:
    """Yield the flaws of pointers, at most one for each pointer."""
    reader = _Checker(project, trunk, pointers)
    for environment, slugs in pointers.items():
        for slug, pointer in slugs.items():
            flaw = reader.check(environment, slug, pointer)
            if flaw is not None:
                yield flaw


class _Checker:
    def __init__(self, project: Project, trunk: Trunk, pointers: Pointers) -> None:
        self._project = project
        self._trunk = trunk
        self._outlines = OutlineReader(project)
        commits = {
            place.version for slugs in pointers.values() for pointer in slugs.values() for place in pointer.places
        }
        self._known, self._merged = _find_known_and_merged(project, trunk, commits)

    def check(self, environment: str, slug: str, pointer: Pointer) -> Flaw | None:
        """Return the first flaw of a pointer."""
        for place in pointer.places:
            kind, message = self._check_place(slug, place)
            if kind is not None:
                return Flaw(environment, slug, kind, f"{environment} runs {slug} at {place.version[:9]}, {message}")
        return None

    def _check_place(self, slug: str, place: Share) -> tuple[str | None, str]:
        if place.version not in self._known:
            return "gone", "a commit that is not in this clone"
        digest = self._outlines.find_digest(place.version, slug)
        if digest is None:
            return "no-prompt", "a commit that has no such prompt"
        if digest != place.digest:
            return "digest", "and its digest is not that of the prompt there"
        if place.version not in self._merged:
            return "off-trunk", f"a commit that {self._trunk.shared_name} does not have"
        return None, ""


def _find_known_and_merged(project: Project, trunk: Trunk, commits: set[str]) -> tuple[set[str], set[str]]:
    """Return the commits that exist in this clone, and those that the trunk reaches; mostly by one git process."""
    tips = [tip for tip in (trunk.commit, trunk.upstream) if tip is not None]
    try:
        return commits, commits - project.repository.find_unreached(commits, tips)
    except GitError:
        # git stops at the first commit that is missing.
        known = {commit for commit in commits if project.objects.has_commit(commit)}
        return known, known - project.repository.find_unreached(known, tips)
