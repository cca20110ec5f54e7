"""Pointers under the merge gate: their flaws, and the verdicts of the gates on the pointers that a change moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.check.change import CheckedChange
from basalt_cli.diff.many import Step, compare_steps
from basalt_cli.environments.gates import GateContext, judge
from basalt_cli.errors import BasaltError
from basalt_cli.model.check_report import CheckItem, Level
from basalt_cli.model.config import CONFIG_NAME, DEPLOYMENTS_NAME
from basalt_cli.model.pointer import GateResult, Move, Pointer, Pointers
from basalt_cli.pointers.deployments_file import parse_deployments
from basalt_cli.pointers.integrity import find_flaws
from basalt_cli.versions.lookup import find_versions


def read_running(checked: CheckedChange) -> Pointers | CheckItem:
    """Return what environments run now; an item where the trunk's pointers cannot be read."""
    try:
        return checked.state.pointers
    except BasaltError as error:
        where = f"{error.place}: " if error.place is not None else ""
        message = f"the trunk's pointers cannot be read, so no gate judges the moves: {where}{error.message}"
        return CheckItem("pointers", Level.WARN, message, path=DEPLOYMENTS_NAME, help=error.hint)


def find_pointer_items(
    checked: CheckedChange, running: Pointers | CheckItem, allowed: dict[str, str]
) -> Iterator[CheckItem]:
    """Yield the items about pointers; ``allowed`` are the reasons of intended breaking changes, by prompt."""
    after = _read_after(checked, running)
    if isinstance(running, CheckItem):
        # The change itself may correct them.
        yield running
    if isinstance(after, CheckItem):
        yield after
        return
    before = {} if isinstance(running, CheckItem) else _read_before(checked, running)
    if not isinstance(running, CheckItem):
        yield from _find_lost(checked, running)
    yield from _find_unsound(checked, before, after)
    if checked.policy.deployments == "file" and not isinstance(running, CheckItem):
        yield from _find_undeclared(checked, before, after)
        for move in _judge_moves(checked, before, after, allowed):
            yield from _judge(checked, move)


def find_policy_items(checked: CheckedChange) -> Iterator[CheckItem]:
    """Yield the changes of the policy: reviewers must decide about them, and could overlook them among prompts."""
    old, new = checked.policy, checked.wanted
    for environment in old.environments:
        if new.find_environment(environment.name) != environment:
            message = f"the policy of {environment.name} changes; the old one counts until this is merged"
            yield CheckItem("policy", Level.WARN, message, environment=environment.name, path=CONFIG_NAME)
    if (old.check, old.lint) != (new.check, new.lint):
        message = "the policy of this gate changes (check, lint or callers); the old one counts until this is merged"
        yield CheckItem("policy", Level.WARN, message, path=CONFIG_NAME)


def _find_lost(checked: CheckedChange, running: Pointers) -> Iterator[CheckItem]:
    """Yield the changed keys of the policy that would separate deployed prompts from their pointers or files."""
    old, new = checked.policy, checked.wanted
    names = ", ".join(name for name, slugs in running.items() if slugs)
    if names and old.prompts != new.prompts:
        message = f"the prompts deployed to {names} are below {old.prompts}/, and would be read below {new.prompts}/"
        yield from checked.item(
            "pointers", message, path=CONFIG_NAME, help="Promote everything again right after the merge."
        )
    if names and old.deployments != new.deployments:
        message = f"the pointers of {names} are kept by deployments: {old.deployments}, and would no longer be read"
        help_text = f"On the trunk: basalt migrate deployments --to {new.deployments}."
        yield from checked.item("pointers", message, path=CONFIG_NAME, help=help_text)


def _read_after(checked: CheckedChange, running: Pointers | CheckItem) -> Pointers | CheckItem:
    """Return the pointers of the new side; an item where they cannot be read."""
    if checked.policy.deployments != "file":
        return {} if isinstance(running, CheckItem) else running
    data = checked.side.deployments
    try:
        return parse_deployments(data) if data is not None else {}
    except BasaltError as error:
        place = error.place
        return CheckItem(
            "pointers", Level.FAIL, error.message, path=DEPLOYMENTS_NAME, line=place.line if place else None,
            column=place.column if place else None, help=error.hint,
        )  # fmt: skip


def _read_before(checked: CheckedChange, running: Pointers) -> Pointers:
    """Return the pointers at the base, which may be older than the trunk."""
    if checked.policy.deployments != "file":
        return running
    data = checked.project.read_committed(checked.base, DEPLOYMENTS_NAME)
    return parse_deployments(data) if data is not None else {}


def _find_unsound(checked: CheckedChange, before: Pointers, after: Pointers) -> Iterator[CheckItem]:
    flaws = list(find_flaws(checked.project, checked.state.trunk, after))
    known = set(find_flaws(checked.project, checked.state.trunk, before)) if flaws else set()
    for flaw in flaws:
        for item in checked.item("pointers", flaw.message, slug=flaw.slug, environment=flaw.environment):
            # A flaw of the base must not stop an unrelated change.
            is_old = flaw in known
            message = f"{item.message}; it did before this change" if is_old else item.message
            yield item._replace(level=Level.WARN, message=message, help="basalt doctor") if is_old else item


def _find_undeclared(checked: CheckedChange, before: Pointers, after: Pointers) -> Iterator[CheckItem]:
    for name in sorted(after.keys() - set(checked.policy.environment_names)):
        if after[name] != before.get(name, {}):
            message = (
                f"pointers of {name!r} move, which {CONFIG_NAME} on the base does not declare: no gate judges them"
            )
            yield CheckItem("pointers", Level.WARN, message, environment=name, path=DEPLOYMENTS_NAME)


def _judge(checked: CheckedChange, move: JudgedMove) -> Iterator[CheckItem]:
    """Yield the items about a pointer that the change moves or removes."""
    details = {"slug": move.slug, "environment": move.environment, "path": DEPLOYMENTS_NAME}
    if move.new is None:
        message = f"{move.environment} would no longer run {move.slug}: its pointer is removed"
        yield CheckItem("pointers", Level.WARN, message, **details)  # type: ignore[arg-type]
    if move.problem is not None:
        yield from checked.item("pointers", move.problem, **details)
    if move.has_command and move.new is not None:
        message = f"a command gate of {move.environment} is not run here: only basalt promote runs it"
        yield CheckItem("gates", Level.WARN, message, code="command", **details)  # type: ignore[arg-type]
    for gate in (found for found in move.gates if not found.passed):
        yield from checked.item("gates", f"gate {gate.gate}: {gate.evidence}", code=gate.gate, **details)


class JudgedMove(NamedTuple):
    """A pointer that a branch moves, and the verdicts on it; ``problem`` says why there are none.

    ``has_command`` says that a command gate would judge it too.
    """

    environment: str
    slug: str
    new: Pointer | None
    gates: tuple[GateResult, ...] = ()
    problem: str | None = None
    has_command: bool = False


def _judge_moves(
    checked: CheckedChange, before: Pointers, after: Pointers, allowed: dict[str, str]
) -> Iterator[JudgedMove]:
    """Yield a verdict for each pointer that differs; ``allowed`` are reasons of breaking changes by prompt.

    Gates compare with the pointers of the trunk, which may be newer than the base.
    """
    for environment in checked.policy.environments:
        old, new = before.get(environment.name, {}), after.get(environment.name, {})
        for slug in sorted(old.keys() | new.keys()):
            if old.get(slug) != new.get(slug):
                context = GateContext(checked.project, checked.state, environment, allowed.get(slug))
                yield from _judge_places(context, slug, old.get(slug), new.get(slug))


def _judge_places(context: GateContext, slug: str, old: Pointer | None, new: Pointer | None) -> Iterator[JudgedMove]:
    """Yield a verdict for each version that is newly deployed, including those of a roll-out."""
    if new is None:
        yield JudgedMove(context.environment.name, slug, None)
        return
    known = {(place.version, place.digest) for place in old.places} if old is not None else set()
    for place in new.places:
        if (place.version, place.digest) not in known:
            yield _judge_place(context, slug, old, Pointer(place.version, place.digest))


def _judge_place(context: GateContext, slug: str, old: Pointer | None, new: Pointer) -> JudgedMove:
    project, name = context.project, context.environment.name
    if not project.objects.has_commit(new.version):
        return JudgedMove(name, slug, new, problem=f"{new.version[:9]} is not in this clone")
    version = find_versions(project, [slug], new.version).get(slug)
    if version is None or version.digest != new.digest:
        return JudgedMove(name, slug, new, problem=f"the digest differs from that of {slug} at {new.version[:9]}")
    step = Step(slug, (old.version, old.digest) if old is not None else None, (version.commit.id, version.digest))
    (changes,) = compare_steps(project, [step])
    shared = context.state.trunk.upstream or context.state.commit
    is_merged = not project.repository.find_unreached([new.version], [shared])
    move = Move(slug, name, old, new, version, changes, is_merged=is_merged)
    has_command = any(gate.name == "command" for gate in context.environment.gates)
    return JudgedMove(name, slug, new, judge(context, move), has_command=has_command)
