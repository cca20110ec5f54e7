"""The protocols of reading and moving pointers, and what both backends share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from basalt_cli.errors import LostRaceError
from basalt_cli.model.config import CONFIG_NAME
from basalt_cli.model.pointer import Event, Plan, Pointers
from basalt_cli.pointers.pointer_record import format_pointer
from basalt_cli.text.words import plural
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a plan is carried out: here or at a remote; on the trunk, on a new branch, or in the working tree alone."""

    remote: str | None = None
    branch: str | None = None
    edits_only: bool = False


class Receipt(NamedTuple):
    """The result of carrying out a plan: its commit or tags; ``proposed`` is the branch that awaits review."""

    applied: bool
    commit: str | None = None
    tags: tuple[str, ...] = ()
    proposed: str | None = None
    notes: tuple[str, ...] = ()


class PointerReader(Protocol):
    """Reads the pointers of a project, from deployments.yaml or from tags."""

    def read(self) -> Pointers:
        """Return all pointers."""

    def list_events(self) -> Iterator[Event]:
        """Yield the pointer events, newest first."""


class PointerWriter(Protocol):
    """Moves the pointers of a project, in deployments.yaml or in tags."""

    def write(self, plan: Plan, delivery: Delivery) -> Receipt:
        """Make the moves of a plan by compare-and-swap: each pointer must still have its old value.

        Raises LostRaceError where one has not, with the author of the other move; nothing is changed then.
        """


def require_same_policy(project: Project, judged: Trunk, now: Trunk) -> None:
    """Raise LostRaceError where the trunk's basalt.yaml has changed since the plan was judged."""
    before, after = (project.find_file_at(commit, CONFIG_NAME) for commit in (judged.commit, now.commit))
    if before != after:
        message = f"{CONFIG_NAME} on {project.config.trunk} has changed since the plan was made; nothing was moved"
        raise LostRaceError(message, hint="Read what it requires now, and run the command again.")


def require_unmoved(now: Pointers, plan: Plan, events: Iterable[Event]) -> None:
    """Raise LostRaceError where a pointer changed since the plan was made; ``events`` tell who moved it."""
    expected = [(move.environment, move.slug, move.old) for move in (*plan.moves, *plan.relies_on)]
    moved = [(env, slug) for env, slug, pointer in expected if now.get(env, {}).get(slug) != pointer]
    if not moved:
        return
    environment, slug = moved[0]
    event = next((found for found in events if (found.environment, found.slug) == moved[0]), None)
    now_runs = format_pointer(now.get(environment, {}).get(slug))
    who = f"{event.author} moved it to {now_runs} ({event.source[:40]})" if event is not None else f"it runs {now_runs}"
    others = f" (and {plural(len(moved) - 1, 'other pointer')})" if len(moved) > 1 else ""
    message = f"{slug} in {environment}{others} has changed since the plan was made: {who}; nothing was moved"
    raise LostRaceError(
        message, hint="Read basalt status and basalt history, and run the command again if it is still right."
    )
