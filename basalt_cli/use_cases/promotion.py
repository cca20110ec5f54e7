"""Move pointers: plan what would move, judge it, and make it one commit."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace

from basalt_cli.adapters.git_write import FileEdit, commit_file
from basalt_cli.errors import BasaltError, NotFoundError, RefusedError, UsageError
from basalt_cli.model.change import Change, Risk, worst_risk
from basalt_cli.model.config import DEPLOYMENTS_NAME, Environment
from basalt_cli.model.pointer import GateResult, Pointer
from basalt_cli.model.version import Version
from basalt_cli.pure.deployments_edit import set_pointers
from basalt_cli.pure.deployments_file import EMPTY, Pointers
from basalt_cli.pure.reference import Reference
from basalt_cli.pure.slug import match_slugs
from basalt_cli.pure.words import list_names, plural
from basalt_cli.use_cases.catalog import Catalog
from basalt_cli.use_cases.comparing import compare_closures
from basalt_cli.use_cases.linting import lint_prompt
from basalt_cli.use_cases.project import Project
from basalt_cli.use_cases.prompt_history import list_versions
from basalt_cli.use_cases.rule_choice import choose_rules
from basalt_cli.use_cases.selection import expand_slugs, find_commit, open_catalog, strip_path
from basalt_cli.use_cases.trunk import Trunk, get_trunk, read_pointers, require_environment, require_full_history
from basalt_cli.use_cases.versions import find_versions


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked to move; without ``source`` and ``selector`` the environment's policy decides."""

    patterns: tuple[str, ...]
    environment: str
    source: str | None = None
    selector: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One pointer that would move, with everything known about the step."""

    slug: str
    old: Pointer | None
    new: Pointer
    version: Version
    changes: tuple[Change, ...]
    gates: tuple[GateResult, ...]

    @property
    def risk(self) -> Risk:
        """Return the worst risk of the step."""
        return worst_risk(self.changes)


@dataclass(frozen=True, slots=True)
class Plan:
    """The moves of one promotion; ``current`` are the prompts that already run what was asked for."""

    environment: Environment
    trunk: Trunk
    moves: tuple[Move, ...]
    current: tuple[str, ...]
    notes: tuple[str, ...]
    reason: str | None

    @property
    def failed_gates(self) -> tuple[tuple[Move, GateResult], ...]:
        """Return the gates that say no."""
        return tuple((move, gate) for move in self.moves for gate in move.gates if not gate.passed)


def plan_promotion(project: Project, request: Request) -> Plan:
    """Work out what a promotion would move; changes nothing."""
    _require_sensible(request)
    request = replace(request, patterns=tuple(strip_path(project, pattern) for pattern in request.patterns))
    require_environment(project, request.environment)
    environment = project.config.find_environment(request.environment)
    assert environment is not None
    trunk = get_trunk(project)
    require_full_history(project, "a promotion")
    pointers = read_pointers(project, trunk.commit)
    slugs, versions = _find_targets(project, request, environment, trunk, pointers)
    latest = open_catalog(project, trunk.commit, project.config.trunk)
    moves, current = [], []
    for slug in slugs:
        old = pointers.get(environment.name, {}).get(slug)
        version = _require_merged(project, trunk, versions[slug])
        if old is not None and old.digest == version.digest and project.objects.has_commit(old.version):
            current.append(slug)
        else:
            moves.append(_plan_move(project, environment, old, version, trunk))
    notes = tuple(_notes(project, trunk, latest, moves))
    return Plan(environment, trunk, tuple(moves), tuple(current), notes, request.reason)


def _require_sensible(request: Request) -> None:
    for pattern in request.patterns:
        if "@" in pattern:
            slug, _, selector = pattern.partition("@")
            hint = f"Write basalt promote {slug} --to {request.environment} --version '{selector or 'latest'}'."
            raise UsageError(f"{pattern!r} names a version behind the slug", hint=hint)
    if request.source == "":
        raise UsageError("--from names no environment", hint="Leave it out, or name one.")
    if request.source is not None and request.selector is not None:
        raise UsageError("--from and --version exclude each other", hint="Give one of them.")


def _find_targets(
    project: Project, request: Request, environment: Environment, trunk: Trunk, pointers: Pointers
) -> tuple[tuple[str, ...], dict[str, Version]]:
    """Return the prompts that are meant, and the version that each should run."""
    source = request.source or (environment.source if request.selector is None else None)
    if source is not None:
        return _find_in_environment(project, request, source, pointers)
    catalog = open_catalog(project, trunk.commit, project.config.trunk)
    slugs = _expand_committed(project, catalog, request.patterns)
    if request.selector is None:
        return slugs, find_versions(project, slugs, trunk.commit)
    versions: dict[str, Version] = {}
    for slug in slugs:
        commit = find_commit(project, Reference(slug, request.selector))
        open_catalog(project, commit, request.selector).get_closure(slug)
        versions |= find_versions(project, [slug], commit)
    return slugs, versions


def _expand_committed(project: Project, catalog: Catalog, patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Expand patterns at the trunk; say of a prompt that only the working tree has that it must be committed."""
    try:
        return expand_slugs(catalog, patterns)
    except NotFoundError:
        working = _find_working_tree(project)
        for pattern in patterns:
            if working is not None and pattern in working.slugs and pattern not in catalog.slugs:
                trunk = project.config.trunk
                message = f"{pattern} is not committed on {trunk}, and only what is committed there has versions"
                hint = f"Commit {working.path_of(pattern)} and merge it into {trunk} first."
                raise BasaltError(message, hint=hint) from None
        raise


def _find_in_environment(
    project: Project, request: Request, source: str, pointers: Pointers
) -> tuple[tuple[str, ...], dict[str, Version]]:
    require_environment(project, source)
    if source == request.environment:
        raise UsageError(f"{source} cannot be promoted from itself", hint="Name another environment with --from.")
    running = pointers.get(source, {})
    slugs = _expand_running(request, source, running)
    versions: dict[str, Version] = {}
    for slug in slugs:
        commit = find_commit(project, Reference(slug, source))
        versions |= find_versions(project, [slug], commit)
    return slugs, versions


def _expand_running(request: Request, source: str, running: dict[str, Pointer]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for pattern in request.patterns:
        matches = match_slugs(pattern, sorted(running))
        if not matches:
            hint = (
                f"In {source}: {list_names(sorted(running))}. "
                f"Promote it there first: basalt promote {pattern} --to {source}; "
                f"or name a version: --version latest."
            )
            raise NotFoundError(
                f"{pattern} is not deployed to {source}, from where {request.environment} takes it", hint=hint
            )
        found |= dict.fromkeys(matches)
    return tuple(found)


def _require_merged(project: Project, trunk: Trunk, version: Version) -> Version:
    """Return the version as the shared trunk has it: the commit there that holds this digest.

    The shared trunk is the upstream where there is one: what only this clone has, nobody else could run.
    """
    shared = trunk.upstream or trunk.commit
    if project.repository.is_ancestor(version.commit.id, shared):
        return version
    for found in list_versions(project, version.slug, shared):
        if found.version.digest == version.digest:
            return found.version
    place = f"{version.slug} at {version.commit.id[:9]}"
    if project.repository.is_ancestor(version.commit.id, trunk.commit):
        hint = f"Push it first: git push, on {project.config.trunk}."
        raise RefusedError(f"{place} is on {project.config.trunk} here and not yet in {trunk.shared_name}", hint=hint)
    hint = "Merge it first; only what is on the trunk can be promoted."
    raise RefusedError(f"{place} is not on the trunk {project.config.trunk!r}", hint=hint)


def _plan_move(project: Project, environment: Environment, old: Pointer | None, version: Version, trunk: Trunk) -> Move:
    after = open_catalog(project, version.commit.id)
    known = old is not None and project.repository.find_commit(old.version) is not None
    before = open_catalog(project, old.version).find_closure(version.slug) if old is not None and known else None
    gates = tuple(_run_gate(gate, project, after, version, trunk) for gate in environment.gates)
    changes = compare_closures(before, after.get_closure(version.slug))
    return Move(version.slug, old, Pointer(version.commit.id, version.digest), version, changes, gates)


def _run_gate(gate: str, project: Project, catalog: Catalog, version: Version, trunk: Trunk) -> GateResult:
    if gate == "merged":
        return GateResult(gate, True, f"{version.commit.id[:9]} is in {trunk.shared_name}")
    report = lint_prompt(catalog, project.config.prompts, choose_rules(project.config.lint), version.slug)
    if report.errors:
        first = next(finding for finding in report.findings if finding.severity == "error")
        where = f"{first.path}:{first.span.line}:{first.span.column}"
        return GateResult(gate, False, f"{plural(report.errors, 'error')}, first {where}: {first.code} {first.message}")
    return GateResult(gate, True, f"no errors in {plural(report.files, 'file')}, {plural(report.warnings, 'warning')}")


def _find_working_tree(project: Project) -> Catalog | None:
    """Return the prompts on disk, for a word about them; a promotion itself never needs them."""
    is_there = project.root is not None and (project.root / project.config.prompts).is_dir()
    return open_catalog(project, None) if is_there else None


def _notes(project: Project, trunk: Trunk, latest: Catalog, moves: Iterable[Move]) -> Iterable[str]:
    if trunk.warning:
        yield trunk.warning
    working = _find_working_tree(project)
    if working is None:
        return
    for move in moves:
        here, there = working.find_closure(move.slug), latest.find_closure(move.slug)
        if here is not None and (there is None or here.digest != there.digest):
            differs = f"the working tree's {move.slug} differs from {project.config.trunk}"
            yield f"{differs}; what is promoted is the committed version"


def apply_plan(project: Project, plan: Plan) -> str:
    """Make a plan's moves one commit on the trunk, and return it; raise RefusedError when a gate says no."""
    if plan.failed_gates:
        hint = "Mend that, commit, and promote again; --dry-run shows the plan."
        raise RefusedError(describe_refusal(plan), hint=hint)
    base = _require_writable(project, plan.trunk)
    old = project.read_committed(base, DEPLOYMENTS_NAME)
    moves = {move.slug: move.new for move in plan.moves}
    text = (old or EMPTY.encode()).decode()
    # A file with the line ends of Windows keeps them.
    ending = "\r\n" if "\r\n" in text else "\n"
    new = set_pointers(text.replace("\r\n", "\n"), plan.environment.name, moves).replace("\n", ending)
    path = project.prefix + DEPLOYMENTS_NAME
    edit = FileEdit(project.config.trunk, base, path, old, new.encode(), format_message(plan))
    return commit_file(project.repository, edit)


def describe_refusal(plan: Plan) -> str:
    """Say which gates say no to a plan, and why."""
    lines = [f"{move.slug}: {gate.gate}: {gate.evidence}" for move, gate in plan.failed_gates]
    return f"{plan.environment.name} does not take this; nothing was moved:\n  " + "\n  ".join(lines)


def _require_writable(project: Project, trunk: Trunk) -> str:
    name = project.config.trunk
    if trunk.local is None:
        hint = f"Make it: git branch {name} {trunk.ref.removeprefix('refs/remotes/')}"
        raise BasaltError(f"there is no local branch {name} to commit the promotion on", hint=hint)
    if trunk.local != trunk.commit:
        state = "has parted from" if trunk.warning else "is behind"
        hint = f"Bring it up to date: git pull{' --rebase' if trunk.warning else ' --ff-only'} on {name}."
        raise BasaltError(f"{name} {state} {trunk.ref.removeprefix('refs/remotes/')}; nothing was moved", hint=hint)
    return trunk.local


def format_message(plan: Plan) -> str:
    """Return the commit message: a subject for people, a line a move, and trailers for machines.

    ``Basalt-Event`` is random, so that two promotions alike in every other way are never the same commit.
    """
    slugs = [move.slug for move in plan.moves]
    what = slugs[0] if len(slugs) == 1 else f"{len(slugs)} prompts"
    lines = [f"Promote {what} to {plan.environment.name}", ""]
    if plan.reason:
        lines += [" ".join(plan.reason.split()), ""]
    for move in plan.moves:
        before = move.old.version[:9] if move.old else "nothing"
        lines.append(f"{move.slug}: {before} -> {move.new.version[:9]} ({move.risk.label})")
    lines += ["", f"Basalt-Event: {secrets.token_hex(16)}", "Basalt-Action: promote"]
    lines.append(f"Basalt-Environment: {plan.environment.name}")
    lines += [
        f"Basalt-Move: {m.slug} {m.old.version if m.old else '-'} {m.new.version} {m.new.digest}" for m in plan.moves
    ]
    gates = {f"{gate.gate}={'passed' if gate.passed else 'failed'}" for move in plan.moves for gate in move.gates}
    lines += [f"Basalt-Gate: {gate}" for gate in sorted(gates)]
    return "\n".join(lines) + "\n"
