"""Compare many prompts between versions or trees; each two contents are compared once, and the changes remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from basalt_cli.format.prompt.closure import Closure
from basalt_cli.model.change import Change
from basalt_cli.sandbox.workers import map_in_processes
from basalt_cli.stores.store import Kind
from basalt_cli.text.slug import is_prompt_path, path_of
from basalt_cli.workspace.catalog import Catalog
from basalt_cli.workspace.closures import ClosureReader
from basalt_cli.workspace.project import Project

# Reading the store takes longer than comparing a few prompts.
_FEWEST_TO_REMEMBER = 48

Item = TypeVar("Item")


class Compared(NamedTuple):
    """The files of a prompt on both sides, each with the blob id of its content (None: absent), and the changes.

    The files are empty where the key of the comparison names the closures themselves.
    """

    old_files: dict[str, str | None]
    new_files: dict[str, str | None]
    changes: tuple[Change, ...]


_CHANGES = Kind("changes", Compared, most_entries=4000)


class Step(NamedTuple):
    """A prompt at two commits, each with the digest that was computed there; None where the prompt does not exist."""

    slug: str
    old: tuple[str, str] | None
    new: tuple[str, str] | None

    @property
    def key(self) -> str:
        """Return the slug and the two digests."""
        return " ".join((self.slug, *(side[1] if side is not None else "-" for side in (self.old, self.new))))


def compare_steps(project: Project, steps: list[Step]) -> list[tuple[Change, ...]]:
    """Return the changes of each step, in the same order."""
    closures = ClosureReader(project)

    def compare(step: Step) -> Compared:
        old, new = (closures.find(side[0], step.slug) if side is not None else None for side in (step.old, step.new))
        return Compared({}, {}, _compare_closures(old, new))

    found = _find_or_compare(project, {step.key: step for step in steps}, compare, lambda _: True)
    return [found[step.key].changes for step in steps]


class TreeComparison:
    """Two trees, each with the blob ids of all its files."""

    def __init__(
        self, project: Project, catalogs: tuple[Catalog, Catalog], blobs: tuple[dict[str, str], dict[str, str]]
    ) -> None:
        self._project = project
        self._catalogs = catalogs
        self._old, self._new = blobs

    def compare(self, slugs: Iterable[str]) -> dict[str, Compared]:
        """Return the comparison of each prompt, by slug; prompts without a change are left out."""
        keys = {slug: self._key(slug) for slug in self._find_touched(slugs)}
        found = _find_or_compare(
            self._project, {key: slug for slug, key in keys.items()}, self._compare, self._is_current
        )
        return {slug: found[key] for slug, key in keys.items() if found[key].changes}

    def _find_touched(self, slugs: Iterable[str]) -> list[str]:
        """Return the prompts that may differ: all of them if a file differs that any prompt can include."""
        paths = self._old.keys() | self._new.keys()
        differing = {path for path in paths if self._old.get(path) != self._new.get(path)}
        if any(not is_prompt_path(path) for path in differing):
            return list(slugs)
        return [slug for slug in slugs if path_of(slug) in differing]

    def _key(self, slug: str) -> str:
        path = path_of(slug)
        return f"{path} {self._old.get(path)} {self._new.get(path)}"

    def _is_current(self, found: Compared) -> bool:
        """Say whether the included files, which the key does not name, are those of these two trees."""
        sides = ((self._old, found.old_files), (self._new, found.new_files))
        return all(blobs.get(path) == blob for blobs, files in sides for path, blob in files.items())

    def _compare(self, slug: str) -> Compared:
        old, new = (catalog.find_closure(slug) for catalog in self._catalogs)
        is_same = old is not None and new is not None and old.files == new.files
        changes = () if is_same else _compare_closures(old, new)
        return Compared(_list_blobs(old, self._old), _list_blobs(new, self._new), changes)


def open_comparison(project: Project, old: Catalog, new: Catalog) -> TreeComparison | None:
    """Return the comparison of two trees; None where git has no blob ids for one: the working tree."""
    # The new side is mostly the working tree, which has no blob ids: then the old tree is not listed.
    after = new.tree.list_blobs()
    before = old.tree.list_blobs() if after is not None else None
    return TreeComparison(project, (old, new), (before, after)) if before is not None and after is not None else None


def _find_or_compare(
    project: Project,
    items: dict[str, Item],
    compare: Callable[[Item], Compared],
    is_current: Callable[[Compared], bool],
) -> dict[str, Compared]:
    """Return a comparison for each key: remembered and current, or else made from the item and remembered."""
    if len(items) < _FEWEST_TO_REMEMBER:
        return {key: compare(item) for key, item in items.items()}
    store = project.open_store(_CHANGES)
    known = {key: found for key in items if (found := store.find(key)) is not None and is_current(found)}
    unknown = [key for key in items if key not in known]
    for key, found in zip(unknown, map_in_processes(lambda key: compare(items[key]), unknown), strict=True):
        store.keep(key, found)
        known[key] = found
    return known


def _compare_closures(old: Closure | None, new: Closure | None) -> tuple[Change, ...]:
    # A status whose changes are all remembered needs no parser.
    from basalt_cli.diff.prompt import compare_closures

    return compare_closures(old, new)


def _list_blobs(closure: Closure | None, blobs: dict[str, str]) -> dict[str, str | None]:
    return {path: blobs.get(path) for path in closure.paths} if closure is not None else {}
