"""What the merge gate says of pointers: whether they are sound, and of those that a change moves, whether it may."""

from __future__ import annotations

from collections.abc import Iterator

from basalt_cli.check.change import Subject
from basalt_cli.check.moved_pointers import MovedPointer, judge_moves
from basalt_cli.errors import BasaltError
from basalt_cli.model.check_report import CheckItem, Level
from basalt_cli.model.config import CONFIG_NAME, DEPLOYMENTS_NAME
from basalt_cli.model.pointer import Pointers
from basalt_cli.pointers.deployments_file import parse_deployments
from basalt_cli.pointers.integrity import find_flaws
from basalt_cli.pointers.opening import read_pointers


def read_running(subject: Subject) -> Pointers | CheckItem:
    """Return what environments run now; an item where the trunk's pointers cannot be read."""
    try:
        return read_pointers(subject.project, subject.trunk)
    except BasaltError as error:
        where = f"{error.place}: " if error.place is not None else ""
        message = f"what runs now is not known, and no gate judges what moves: {where}{error.message}"
        return CheckItem("pointers", Level.WARN, message, path=DEPLOYMENTS_NAME, help=error.hint)


def find_pointer_items(subject: Subject, running: Pointers | CheckItem, allowed: dict[str, str]) -> Iterator[CheckItem]:
    """Yield what is to be said of the pointers; ``allowed`` are reasons of breaking changes by prompt."""
    after = _read_after(subject, running)
    if isinstance(running, CheckItem):
        # The change may be the one that mends it.
        yield running
    if isinstance(after, CheckItem):
        yield after
        return
    before = {} if isinstance(running, CheckItem) else _read_before(subject, running)
    if not isinstance(running, CheckItem):
        yield from _find_lost(subject, running)
    yield from _find_unsound(subject, before, after)
    if subject.policy.deployments == "file" and not isinstance(running, CheckItem):
        yield from _find_undeclared(subject, before, after)
        for move in judge_moves(subject.project, subject.trunk, subject.policy, before, after, running, allowed):
            yield from _judge(subject, move)


def find_policy_items(subject: Subject) -> Iterator[CheckItem]:
    """Say what of the policy the change touches: that is for people to decide, and easily overlooked among prompts."""
    old, new = subject.policy, subject.wanted
    for environment in old.environments:
        if new.find_environment(environment.name) != environment:
            message = f"the policy of {environment.name} changes; until that is merged, the old one counts"
            yield CheckItem("policy", Level.WARN, message, environment=environment.name, path=CONFIG_NAME)
    if (old.check, old.lint) != (new.check, new.lint):
        message = "what this gate fails for changes (check, lint or callers); until that is merged, the old rules count"
        yield CheckItem("policy", Level.WARN, message, path=CONFIG_NAME)


def _find_lost(subject: Subject, running: Pointers) -> Iterator[CheckItem]:
    """Yield the keys of the policy whose change would leave what runs now without its pointers or prompts."""
    old, new = subject.policy, subject.wanted
    names = ", ".join(name for name, slugs in running.items() if slugs)
    if names and old.prompts != new.prompts:
        message = f"what runs in {names} is below {old.prompts}/, and would be looked for below {new.prompts}/"
        yield from subject.item("pointers", message, path=CONFIG_NAME, help="Promote everything anew right after it.")
    if names and old.deployments != new.deployments:
        message = f"the pointers of {names} are of deployments: {old.deployments}, and nobody would read them any more"
        help_text = f"On the trunk: basalt migrate deployments --to {new.deployments}."
        yield from subject.item("pointers", message, path=CONFIG_NAME, help=help_text)


def _read_after(subject: Subject, running: Pointers | CheckItem) -> Pointers | CheckItem:
    """Return the pointers as they will be; an item where they cannot be read."""
    if subject.policy.deployments != "file":
        return {} if isinstance(running, CheckItem) else running
    data = subject.side.deployments
    try:
        return parse_deployments(data) if data is not None else {}
    except BasaltError as error:
        place = error.place
        return CheckItem(
            "pointers", Level.FAIL, error.message, path=DEPLOYMENTS_NAME, line=place.line if place else None,
            column=place.column if place else None, help=error.hint,
        )  # fmt: skip


def _read_before(subject: Subject, running: Pointers) -> Pointers:
    """Return the pointers at the base, which the trunk may have left behind."""
    if subject.policy.deployments != "file":
        return running
    data = subject.project.read_committed(subject.base, DEPLOYMENTS_NAME)
    return parse_deployments(data) if data is not None else {}


def _find_unsound(subject: Subject, before: Pointers, after: Pointers) -> Iterator[CheckItem]:
    flaws = list(find_flaws(subject.project, subject.trunk, after))
    known = set(find_flaws(subject.project, subject.trunk, before)) if flaws else set()
    for flaw in flaws:
        for item in subject.item("pointers", flaw.message, slug=flaw.slug, environment=flaw.environment):
            # A trunk that is amiss must not stop the change that has nothing to do with it.
            is_old = flaw in known
            message = f"{item.message}; it did so before this change" if is_old else item.message
            yield item._replace(level=Level.WARN, message=message, help="basalt doctor") if is_old else item


def _find_undeclared(subject: Subject, before: Pointers, after: Pointers) -> Iterator[CheckItem]:
    for name in sorted(after.keys() - set(subject.policy.environment_names)):
        if after[name] != before.get(name, {}):
            message = (
                f"pointers of {name!r} move, and {CONFIG_NAME} on the base does not declare it: no gate judges them"
            )
            yield CheckItem("pointers", Level.WARN, message, environment=name, path=DEPLOYMENTS_NAME)


def _judge(subject: Subject, move: MovedPointer) -> Iterator[CheckItem]:
    """Yield what is to be said of a pointer that the change moves or takes away."""
    details = {"slug": move.slug, "environment": move.environment, "path": DEPLOYMENTS_NAME}
    if move.new is None:
        message = f"{move.environment} would no longer run {move.slug}: its pointer is taken away"
        yield CheckItem("pointers", Level.WARN, message, **details)  # type: ignore[arg-type]
    if move.problem is not None:
        yield from subject.item("pointers", move.problem, **details)
    if move.has_command and move.new is not None:
        message = f"a command gate of {move.environment} is not run here, and only by basalt promote"
        yield CheckItem("gates", Level.WARN, message, code="command", **details)  # type: ignore[arg-type]
    for gate in (found for found in move.gates if not found.passed):
        yield from subject.item("gates", f"gate {gate.gate}: {gate.evidence}", code=gate.gate, **details)
