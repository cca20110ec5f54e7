"""Moves pointers by annotated tags: a new tag for each move, all of them or none, here and at a remote."""

from __future__ import annotations

from basalt_cli.errors import BasaltError, LostRaceError, UsageError
from basalt_cli.git.remote import PushOutcome, fetch, list_remote_refs, push
from basalt_cli.git.tags import TagToMake, create_refs, create_tags, list_updates, write_tags
from basalt_cli.git.write import one_at_a_time
from basalt_cli.model.pointer import Move, Plan, Pointers
from basalt_cli.pointers.pointer_record import format_record
from basalt_cli.pointers.pointer_tag import PointerTag, parse_pointer_tag
from basalt_cli.pointers.pushing import Answers, wait_in_turn
from basalt_cli.pointers.tag_reader import TagReader
from basalt_cli.pointers.types import (
    Delivery,
    Receipt,
    require_same_policy,
    require_unmoved,
)
from basalt_cli.text.words import plural
from basalt_cli.workspace.project import Project
from basalt_cli.workspace.trunk import Trunk, get_trunk

_MOST_NAMED = 20
_GUARDS = "refs/basalt/moves/"


class TagWriter:
    """Moves the pointers that ``TagReader`` reads; ``trunk`` is the one that the plan was judged on."""

    def __init__(self, project: Project, trunk: Trunk) -> None:
        self._project = project
        self._trunk = trunk
        self._reader = TagReader(project, trunk)

    def write(self, plan: Plan, delivery: Delivery) -> Receipt:
        """Make the moves of a plan: a new tag for each, all of them or none."""
        if delivery.branch is not None or delivery.edits_only:
            hint = "Leave --branch and --no-commit out: a tag needs no pull request."
            raise UsageError("pointers are tags here, and a tag cannot be proposed", hint=hint)
        if delivery.remote is not None:
            return self._push(plan, delivery.remote)
        with one_at_a_time(self._project.repository):
            tags = self._number_tags(plan, {})
            create_tags(self._project.repository, tags)
        return Receipt(True, tags=tuple(tag.name for tag in tags))

    def _number_tags(self, plan: Plan, there: dict[str, str]) -> list[TagToMake]:
        """Return the numbered tags of a plan; raise LostRaceError where a pointer or the policy has changed.

        ``there`` are the refs of a remote.
        """
        require_same_policy(self._project, self._trunk, get_trunk(self._project))
        newest = {(found.name.environment, found.name.slug): found for found in self._reader.list_newest()}
        asked = {(move.environment, move.slug) for move in plan.moves}
        asked |= {(found.environment, found.slug) for found in plan.relies_on}
        now: Pointers = {}
        for key in asked & newest.keys():
            pointer = self._reader.read_pointer(newest[key])
            if pointer is not None:
                now.setdefault(key[0], {})[key[1]] = pointer
        require_unmoved(now, plan, self._reader.list_events())
        guarded = _read_guards(there)
        tags = []
        for move in plan.moves:
            last = newest.get((move.environment, move.slug))
            # GTO sorts by time, so time must rise as the numbers do.
            seconds = self._reader.read_tag(last).seconds + 1 if last is not None else 0
            taken = guarded.get((move.environment, move.slug), 0)
            tags.append(_to_tag(move, plan, max(last.name.number if last is not None else 0, taken) + 1, seconds))
        self._require_room(tags)
        return tags

    def _require_room(self, tags: list[TagToMake]) -> None:
        """Raise BasaltError where another tag blocks the name of a new one; waiting would not help."""
        there = {tag.name for tag in self._project.repository.list_tags()}
        for tag in tags:
            parts = tag.name.split("/")
            blocking = [name for name in ("/".join(parts[:end]) for end in range(1, len(parts) + 1)) if name in there]
            if blocking:
                hint = f"Delete it, here and at the remote: git tag -d '{blocking[0]}'"
                raise BasaltError(f"the tag '{blocking[0]}' blocks {tag.name}; nothing was moved", hint=hint)
            if parse_pointer_tag(tag.name) is None:
                raise BasaltError(f"{tag.name} is past the highest number of a tag", hint="Delete the tag before it.")

    def _push(self, plan: Plan, remote: str) -> Receipt:
        tags: list[TagToMake] | None = None
        objects: list[str] = []
        answers = Answers(remote, "Ask the administrator of the host for the right to push tags and refs/basalt/.")
        for _ in wait_in_turn():
            with answers.looking_again():
                there = fetch_pointers(self._project, remote)
            if tags is not None and self._has_landed(tags, objects):
                return Receipt(True, tags=tuple(tag.name for tag in tags))
            answers.require_hope()
            tags = self._number_tags(plan, there)
            objects = write_tags(self._project.repository, tags)
            pushed = push(self._project.repository, remote, list_updates(tags, objects))
            if pushed.outcome is PushOutcome.NOT_ATOMIC and len(tags) == 1:
                # A single tag needs no atomic push; only a removal at the same moment could escape it.
                pushed = push(self._project.repository, remote, [(objects[0], f"refs/tags/{tags[0].name}")])
            if pushed.outcome is PushOutcome.DONE:
                return self._follow(tags, objects)
            answers.note(pushed, tags[0].name, there)
        raise answers.give_up()

    def _follow(self, tags: list[TagToMake], objects: list[str]) -> Receipt:
        """Create the pushed tags in this clone; where that fails, the next fetch brings them."""
        names = tuple(tag.name for tag in tags)
        try:
            create_refs(self._project.repository, names, objects)
        except BasaltError:
            return Receipt(True, tags=names, notes=("the tags are not here yet: git fetch --tags brings them",))
        return Receipt(True, tags=names)

    def _has_landed(self, tags: list[TagToMake], objects: list[str]) -> bool:
        here = {found.tag.name: found.tag.object_id for found in self._reader.list_found()}
        landed = [here.get(tag.name) == made for tag, made in zip(tags, objects, strict=True)]
        if any(landed) and not all(landed):
            names = ", ".join(f"'{tag.name}'" for tag, is_there in zip(tags, landed, strict=True) if is_there)
            message = f"the remote accepted only some of the tags of an atomic push: {names}"
            raise LostRaceError(message, hint="Look at basalt status, and promote the rest.")
        return all(landed)


def _read_guards(there: dict[str, str]) -> dict[tuple[str, str], int]:
    """Return the highest number that a remote has ever accepted for each pointer, also where its tag is gone."""
    found: dict[tuple[str, str], int] = {}
    for ref in there:
        name = parse_pointer_tag(ref.removeprefix(_GUARDS)) if ref.startswith(_GUARDS) else None
        if name is not None:
            key = (name.environment, name.slug)
            found[key] = max(name.number, found.get(key, 0))
    return found


def fetch_pointers(project: Project, remote: str) -> dict[str, str]:
    """Fetch the pointer tags that this clone lacks; return the objects of all tags of the remote by full ref name.

    Other tags are not fetched. Raises LostRaceError where one name is a different tag here and at the remote.
    """
    there = list_remote_refs(project.repository, remote, "refs/tags/*", _GUARDS + "*")
    here = {f"refs/tags/{tag.name}": tag.object_id for tag in project.repository.list_tags()}
    moves = {ref: made for ref, made in there.items() if parse_pointer_tag(ref.removeprefix("refs/tags/")) is not None}
    clashes = [ref.removeprefix("refs/tags/") for ref, made in moves.items() if here.get(ref, made) != made]
    if clashes:
        names = " ".join(f"'{name}'" for name in clashes[:_MOST_NAMED])
        message = f"{remote} has other tags than this clone under the same names: {names}; nothing was moved"
        raise LostRaceError(message, hint=f"To take the remote's: git tag -d {names} && git fetch {remote} --tags")
    missing = [f"{ref}:{ref}" for ref in moves if ref not in here]
    if missing:
        fetch(project.repository, remote, *missing)
    return there


def require_shared(project: Project, remote: str, there: dict[str, str]) -> None:
    """Raise BasaltError where this clone has pointer tags that the remote lacks: pushed moves must build on them."""
    found = (tag.name for tag in project.repository.list_tags() if tag.is_annotated)
    missing = [name for name in found if f"refs/tags/{name}" not in there and parse_pointer_tag(name) is not None]
    if missing:
        names = " ".join(f"'{name}'" for name in missing[:_MOST_NAMED])
        message = f"{plural(len(missing), 'move')} of pointers exist as tags here and not at {remote}"
        hint = f"Push them first: git push --atomic {remote} {names}; or delete them: git tag -d {names}"
        raise BasaltError(f"{message}, '{missing[0]}' among them; nothing was moved", hint=hint)


def _to_tag(move: Move, plan: Plan, number: int, seconds: int) -> TagToMake:
    name = PointerTag(move.slug, move.environment, number, move.new is None)
    commit = move.new.version if move.new is not None else move.old.version if move.old is not None else ""
    return TagToMake(str(name), commit, format_record(plan._replace(moves=(move,))), seconds, guard=name.guard)
