"""How many versions a pointer is behind the newest version of its prompt."""

from __future__ import annotations

from basalt_cli.model.version import Version
from basalt_cli.stores.store import Kind
from basalt_cli.versions.walk import Group, VersionWalk, Walker
from basalt_cli.workspace.project import Project

_COUNTS = Kind("counts", int, most_entries=50_000, fewest_new=48)
_FROM_LATEST, _FROM_POINTER = "latest ", "pointer "


class _BehindWalk(VersionWalk):
    """Ends the walker from ``latest`` where it meets the walker from its pointer: behind that both see the same."""

    def _examine(self, group: Group) -> None:
        for newcomer in sorted(group.newcomers):
            environment = newcomer.purpose.removeprefix(_FROM_LATEST).removeprefix(_FROM_POINTER)
            walker, pointer = (Walker(newcomer.slug, kind + environment) for kind in (_FROM_LATEST, _FROM_POINTER))
            if walker in group.outlines and pointer in group.outlines:
                group.remove(walker)
                self._leave(walker)
                if walker not in self._place_counts:
                    self._end(pointer, group)
        group.newcomers.clear()

    def _end(self, walker: Walker, group: Group) -> None:
        for place in (group, *self._groups.values()):
            if walker in place.outlines:
                place.remove(walker)
                self._leave(walker)


def count_behind(project: Project, latest: str, pointers: dict[tuple[str, str], str]) -> dict[tuple[str, str], int]:
    """Count, for each pointer, the versions reachable from ``latest`` and not from it.

    ``pointers`` are commits by slug and environment; the counts have the same keys. A pointer that digest equality
    makes current must be left out by the caller: it is behind by 0.
    """
    walk = _BehindWalk(project, goes_on=True)
    for (slug, environment), commit in pointers.items():
        walk.start(Walker(slug, _FROM_LATEST + environment), latest)
        walk.start(Walker(slug, _FROM_POINTER + environment), commit)
    counts = dict.fromkeys(pointers, 0)
    for found in walk.run():
        if found.walker.purpose.startswith(_FROM_LATEST):
            counts[found.walker.slug, found.walker.purpose.removeprefix(_FROM_LATEST)] += 1
    return counts


def count_behind_versions(
    project: Project, tip: str, latest: dict[str, Version], pointers: dict[tuple[str, str], str]
) -> dict[tuple[str, str], int]:
    """Count as ``count_behind`` does, where ``latest`` are the versions at ``tip``; what was counted is remembered."""
    store = project.open_store(_COUNTS, project.git_folder)
    keys = {
        (slug, environment): f"{slug} {commit} {newest.commit.id if (newest := latest.get(slug)) else tip}"
        for (slug, environment), commit in pointers.items()
    }
    counts = {key: count for key, name in keys.items() if (count := store.find(name)) is not None}
    unknown = {key: commit for key, commit in pointers.items() if key not in counts}
    if unknown:
        for key, count in count_behind(project, tip, unknown).items():
            store.keep(keys[key], count)
            counts[key] = count
    return counts
