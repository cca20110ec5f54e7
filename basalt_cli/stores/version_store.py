"""Remember the versions of all prompts at one commit, and how many lie between two of one prompt: neither ever changes.

The store lies in the repository's own folder, one for each state of the tools, and belongs to all worktrees.
"""

from __future__ import annotations

from typing import Any

from basalt_cli.git.read import Repository
from basalt_cli.model.version import Commit, Version
from basalt_cli.stores.sealed_file import path_in_repository, read_sealed, write_sealed

_FEWEST_TO_WRITE = 48
_MOST_COUNTS = 50_000
_MOST_STORES = 2


class VersionStore:
    """The versions of prompts at ``commit``, None where nothing is remembered, and counts between versions.

    ``counts`` have the key of ``count_key``.
    """

    def __init__(self, repository: Repository, prompts_folder: str) -> None:
        self._path = path_in_repository(repository.common_dir, "versions", prompts_folder)
        self.commit: str | None = None
        self.counts: dict[str, int] = {}
        self._versions: dict[str, Any] = {}
        found = read_sealed(self._path)
        if isinstance(found, list) and len(found) == 3:
            self.commit, self._versions, self.counts = found
        self._known = len(self.counts)
        self._is_new = False

    def find(self, slug: str) -> Version | None:
        """Return the version of a prompt at ``commit``; None where it is not remembered."""
        found = self._versions.get(slug)
        if found is None:
            return None
        commit_id, parents, committed, authored, author, subject, digest = found
        return Version(slug, Commit(commit_id, tuple(parents), committed, authored, author, subject), digest)

    def keep(self, commit: str, versions: dict[str, Version]) -> None:
        """Remember the versions of all prompts at a commit, in the place of those at another."""
        self.commit = commit
        self._versions = {slug: [*found.commit, found.digest] for slug, found in versions.items()}
        self._is_new = True

    def save(self) -> None:
        """Write what is new, where it is worth a file; where it cannot be written, only time is lost."""
        is_worth_it = self._is_new and len(self._versions) >= _FEWEST_TO_WRITE
        if not is_worth_it and len(self.counts) - self._known < _FEWEST_TO_WRITE:
            return
        counts = dict(list(self.counts.items())[-_MOST_COUNTS:])
        write_sealed(self._path, [self.commit, self._versions, counts], most_files=_MOST_STORES)
        self._is_new, self._known = False, len(counts)


def count_key(slug: str, pointer: str, latest: str) -> str:
    """Name a count: of the versions that the version ``latest`` has behind it and the commit ``pointer`` has not."""
    return f"{slug} {pointer} {latest}"
