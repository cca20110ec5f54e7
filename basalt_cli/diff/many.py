"""Compare many prompts between two trees that git has: only what differs is read, and no two contents twice."""

from __future__ import annotations

from collections.abc import Iterable

from basalt_cli.diff.prompt import compare_closures
from basalt_cli.format.prompt.closure import Closure
from basalt_cli.sandbox.workers import map_in_processes
from basalt_cli.stores.change_store import ChangeStore, Compared
from basalt_cli.text.slug import is_prompt_path, path_of
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.project import Project

# A store takes longer to read than a few prompts to compare.
_FEWEST_TO_REMEMBER = 48


class TreeComparison:
    """Two trees, each with the ids of all contents in it."""

    def __init__(
        self, project: Project, catalogs: tuple[Catalog, Catalog], blobs: tuple[dict[str, str], dict[str, str]]
    ) -> None:
        self._project = project
        self._catalogs = catalogs
        self._old, self._new = blobs

    def compare(self, slugs: Iterable[str]) -> dict[str, Compared]:
        """Return what changed in each prompt; those without a change are left out."""
        touched = self._find_touched(slugs)
        store = ChangeStore(self._project.repository) if len(touched) >= _FEWEST_TO_REMEMBER else None
        known = {slug: self._recall(store, slug) for slug in touched} if store is not None else {}
        unknown = [slug for slug in touched if known.get(slug) is None]
        compared = dict(zip(unknown, map_in_processes(self._compare, unknown), strict=True))
        if store is not None and compared:
            store.keep({self._key(slug): found for slug, found in compared.items()})
        every = {slug: known.get(slug) or compared[slug] for slug in touched}
        return {slug: found for slug, found in every.items() if found.changes}

    def _find_touched(self, slugs: Iterable[str]) -> list[str]:
        """Return the prompts that may differ: all, where any other file differs that they could include."""
        paths = self._old.keys() | self._new.keys()
        differing = {path for path in paths if self._old.get(path) != self._new.get(path)}
        if any(not is_prompt_path(path) for path in differing):
            return list(slugs)
        return [slug for slug in slugs if path_of(slug) in differing]

    def _key(self, slug: str) -> str:
        path = path_of(slug)
        return f"{path} {self._old.get(path)} {self._new.get(path)}"

    def _recall(self, store: ChangeStore, slug: str) -> Compared | None:
        found = store.find(self._key(slug))
        if found is None:
            return None
        is_same = all(self._old.get(path) == blob for path, blob in found.old_files.items()) and all(
            self._new.get(path) == blob for path, blob in found.new_files.items()
        )
        return found if is_same else None

    def _compare(self, slug: str) -> Compared:
        old, new = (catalog.find_closure(slug) for catalog in self._catalogs)
        is_same = old is not None and new is not None and old.files == new.files
        changes = () if is_same else compare_closures(old, new)
        return Compared(_files(old, self._old), _files(new, self._new), changes)


def open_comparison(project: Project, old: Catalog, new: Catalog) -> TreeComparison | None:
    """Return the comparison of two trees; None where git does not know the contents of one."""
    # The new side is mostly the working tree, which has no blob ids: then the old tree is not listed.
    after = new.tree.list_blobs()
    before = old.tree.list_blobs() if after is not None else None
    return TreeComparison(project, (old, new), (before, after)) if before is not None and after is not None else None


def _files(closure: Closure | None, blobs: dict[str, str]) -> dict[str, str | None]:
    return {path: blobs.get(path) for path in closure.paths} if closure is not None else {}
