"""Which test cases passed: by a name of all that their outcome hangs on, in the repository's own folder."""

from __future__ import annotations

from typing import Any

from basalt_cli.git.read import Repository
from basalt_cli.model.case_result import PromptResult
from basalt_cli.stores.sealed_file import path_in_repository, read_sealed, write_sealed

_MOST_ENTRIES = 20_000


class PassedStore:
    """Cases that passed; without a repository nothing is remembered."""

    def __init__(self, repository: Repository | None) -> None:
        self._path = path_in_repository(repository.common_dir, "tests") if repository is not None else None
        found = read_sealed(self._path) if self._path is not None else None
        self._passed: dict[str, Any] = found if isinstance(found, dict) else {}

    def find(self, key: str) -> tuple[tuple[str, str | None], ...] | None:
        """Return name and state of the snapshot of each case of a prompt that passed; None where nobody knows."""
        found = self._passed.get(key)
        return tuple((name, state) for name, state in found) if found is not None else None

    def keep(self, results: dict[str, PromptResult]) -> None:
        """Remember that all cases of some prompts passed."""
        if not results or self._path is None:
            return
        for key, result in results.items():
            self._passed[key] = [
                [case.name, case.snapshot.value if case.snapshot is not None else None] for case in result.cases
            ]
        while len(self._passed) > _MOST_ENTRIES:
            self._passed.pop(next(iter(self._passed)))
        write_sealed(self._path, self._passed, most_files=1)
