"""What changed between versions of prompts, many at once: each pair of digests is compared once and remembered."""

from __future__ import annotations

from typing import NamedTuple

from basalt_cli.diff.prompt import compare_closures
from basalt_cli.model.change import Change
from basalt_cli.sandbox.workers import map_in_processes
from basalt_cli.stores.change_store import ChangeStore, Compared
from basalt_cli.workspace.closures import ClosureReader
from basalt_cli.workspace.project import Project

_FEWEST_TO_REMEMBER = 48


class Step(NamedTuple):
    """A prompt at two commits, with the digests that it has there; None for a side where it does not exist."""

    slug: str
    old: tuple[str, str] | None
    new: tuple[str, str] | None

    @property
    def key(self) -> str:
        """Name the step by what never changes: the digests."""
        return " ".join((self.slug, *(side[1] if side is not None else "-" for side in (self.old, self.new))))


def compare_steps(project: Project, steps: list[Step]) -> list[tuple[Change, ...]]:
    """Return what changed in each step, in the same order."""
    if len(steps) < _FEWEST_TO_REMEMBER:
        closures = ClosureReader(project)
        return [_compare(closures, step) for step in steps]
    store = ChangeStore(project.repository)
    known = {step: found.changes for step in steps if (found := store.find(step.key)) is not None}
    unknown = [step for step in dict.fromkeys(steps) if step not in known]
    closures = ClosureReader(project)
    compared = dict(zip(unknown, map_in_processes(lambda step: _compare(closures, step), unknown), strict=True))
    if compared:
        store.keep({step.key: Compared({}, {}, changes) for step, changes in compared.items()})
    return [known[step] if step in known else compared[step] for step in steps]


def _compare(closures: ClosureReader, step: Step) -> tuple[Change, ...]:
    old, new = (closures.find(side[0], step.slug) if side is not None else None for side in (step.old, step.new))
    return compare_closures(old, new)
