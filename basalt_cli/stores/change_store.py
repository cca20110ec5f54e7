"""Remember what changed between two contents of a prompt: contents never change, so neither does what sets them apart.

The store lies in the repository's own folder, one for each state of the tools, and belongs to all worktrees.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from basalt_cli.git.read import Repository
from basalt_cli.model.change import Change, Risk
from basalt_cli.stores.sealed_file import path_in_repository, read_sealed, write_sealed

_MOST_RECORDS = 4000
_MOST_STORES = 2


class Compared(NamedTuple):
    """The files that make up a prompt on both sides, each with git's id of its content (None: absent); the changes."""

    old_files: dict[str, str | None]
    new_files: dict[str, str | None]
    changes: tuple[Change, ...]


class ChangeStore:
    """What is remembered in a repository; entries have a key each, and a newer one takes an older one's place."""

    def __init__(self, repository: Repository) -> None:
        self._path = path_in_repository(repository.common_dir, "changes")
        found = read_sealed(self._path)
        self._records: dict[str, Any] = found if isinstance(found, dict) else {}

    def find(self, key: str) -> Compared | None:
        """Return what is remembered under a key."""
        record = self._records.get(key)
        if record is None:
            return None
        old_files, new_files, changes = record
        return Compared(old_files, new_files, tuple(Change(*c)._replace(risk=Risk(c[4])) for c in changes))

    def keep(self, found: dict[str, Compared]) -> None:
        """Remember more; where the store cannot be written, nothing is lost but time."""
        self._records |= found
        newest = dict(list(self._records.items())[-_MOST_RECORDS:])
        write_sealed(self._path, newest, most_files=_MOST_STORES)
