"""Remember, by git's ids of contents, which files a file includes, and the digests of closures: neither ever changes.

The store lies in the repository's own folder, one for each state of the tools, and belongs to all worktrees.
"""

from __future__ import annotations

from basalt_cli.git.read import Repository
from basalt_cli.stores.sealed_file import path_in_repository, read_sealed, write_sealed

_FEWEST_TO_WRITE = 48
_MOST_ENTRIES = 100_000
_MOST_STORES = 2


class OutlineStore:
    """The names that contents include, and the digests of sets of files; ``digests`` have keys of the caller's."""

    def __init__(self, repository: Repository) -> None:
        self._path = path_in_repository(repository.common_dir, "outlines")
        found = read_sealed(self._path)
        self.includes: dict[str, list[str]] = {}
        self.digests: dict[str, str] = {}
        if isinstance(found, list) and len(found) == 2:
            self.includes, self.digests = found
        self._known = len(self.includes) + len(self.digests)

    def save(self) -> None:
        """Write what was added, where that is worth a file; where it cannot be written, only time is lost."""
        count = len(self.includes) + len(self.digests)
        if count - self._known < _FEWEST_TO_WRITE:
            return
        newest = [dict(list(entries.items())[-_MOST_ENTRIES:]) for entries in (self.includes, self.digests)]
        write_sealed(self._path, newest, most_files=_MOST_STORES)
        self._known = count
