"""The merge gate: all that can be said of a change before it is merged, in one report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from basalt_cli.adapters.git_process import try_git
from basalt_cli.adapters.prompt_tree import hash_blob
from basalt_cli.adapters.workers import map_in_processes
from basalt_cli.errors import BasaltError, NotFoundError
from basalt_cli.model.case_result import PromptResult
from basalt_cli.model.change import Change, PromptDiff, Risk
from basalt_cli.model.check_report import CheckItem, CheckReport, Level
from basalt_cli.model.config import CONFIG_NAME, DEPLOYMENTS_NAME, Config
from basalt_cli.model.pointer import Pointers
from basalt_cli.pure.check_policy import DEFAULT_LEVELS
from basalt_cli.pure.deployments_file import parse_deployments
from basalt_cli.pure.slug import is_prompt_path, is_reserved, slug_of
from basalt_cli.pure.snapshot_file import snapshot_path
from basalt_cli.use_cases.callers import find_unread, find_wrong_calls
from basalt_cli.use_cases.case_checking import check_cases
from basalt_cli.use_cases.cases import list_files
from basalt_cli.use_cases.catalog import Catalog
from basalt_cli.use_cases.closures import ClosureReader
from basalt_cli.use_cases.comparing import compare_closures
from basalt_cli.use_cases.deployments.opening import read_pointers
from basalt_cli.use_cases.diff_sides import OneTree, Sides
from basalt_cli.use_cases.diffing import compare_sides
from basalt_cli.use_cases.integrity import find_flaws
from basalt_cli.use_cases.lint_scope import find_changed_between
from basalt_cli.use_cases.linting import Source, lint
from basalt_cli.use_cases.moved_pointers import judge_moves
from basalt_cli.use_cases.project import Project
from basalt_cli.use_cases.rule_choice import choose_rules
from basalt_cli.use_cases.selection import find_revision, open_catalog
from basalt_cli.use_cases.trunk import Trunk, get_trunk, read_policy, require_full_history

_ALLOWED = re.compile(r"^Basalt-Allow-Breaking:[ \t]*(\S+)[ \t]+(?!REASON$)(\S.*)$", re.MULTILINE)
_SEVERITIES = {"error": "lint", "warning": "lint-warnings"}


class CheckRequest(NamedTuple):
    """What is checked: the working tree, what is staged, or what merging HEAD into a branch comes to.

    ``base`` is a revision; without one it is where HEAD has left the trunk.
    """

    base: str | None = None
    is_staged: bool = False
    merge_into: str | None = None


class _Subject(NamedTuple):
    """Both sides of a change, the trunk, and the policy of the base."""

    project: Project
    trunk: Trunk
    policy: Config
    base: str
    old: Catalog
    new: Catalog
    deployments: bytes | None
    label: str

    def level_of(self, kind: str) -> str:
        """Return what the policy says of a kind of item."""
        return dict(self.policy.check.levels).get(kind, DEFAULT_LEVELS[kind])

    def item(self, kind: str | None, message: str, **details: str | int | None) -> Iterator[CheckItem]:
        """Yield an item, unless the policy leaves its kind out."""
        level = self.level_of(kind) if kind is not None else "off"
        if kind is not None and level != "off":
            yield CheckItem(kind, Level(level), message, **details)  # type: ignore[arg-type]


def check(project: Project, request: CheckRequest) -> CheckReport:
    """Check a change; whatever is wrong is an item, and only what cannot be looked at at all is raised."""
    require_full_history(project, "a check")
    wanted = project.config
    subject, conflicts = _open(project, request)
    if conflicts is not None:
        item = CheckItem("merge", Level.FAIL, f"HEAD cannot be merged into {request.merge_into}: {conflicts}")
        return CheckReport(subject.base, subject.label, (item,), ())
    sides = Sides(OneTree(subject.old, subject.base[:9]), OneTree(subject.new, subject.label), ())
    diffs = compare_sides(project, sides)
    allowed = _read_allowed(project, subject.base)
    paths = find_changed_between(subject.new.tree, project.open_commit(subject.base))
    slugs = [slug_of(path) for path in paths if is_prompt_path(path)]
    slugs = list(dict.fromkeys([*slugs, *_find_tested(subject)]))
    results = map_in_processes(lambda slug: check_cases(subject.new, slug), slugs)
    items = [
        *_lint(subject, paths),
        *(item for result in results for item in _test(subject, result)),
        *_find_breaking(subject, diffs, allowed),
        *_find_callers(subject, {diff.slug for diff in diffs}),
        *_find_pointers(subject, allowed),
        *_find_policy(subject, wanted),
    ]
    cases = sum(len(result.cases) for result in results)
    return CheckReport(subject.base, subject.label, tuple(items), diffs, cases, len(paths))


def _open(project: Project, request: CheckRequest) -> tuple[_Subject, str | None]:
    trunk = get_trunk(project)
    head = project.repository.find_commit("HEAD")
    if head is None:
        raise NotFoundError("HEAD has no commit yet", hint="Commit your prompts first.")
    if request.base is not None:
        base: str | None = find_revision(project, request.base)
    else:
        base = project.repository.find_merge_base(trunk.commit, head)
    if base is None:
        hint = "Name the commit to compare with: --base REV."
        raise NotFoundError(f"HEAD and {project.config.trunk} have no commit in common", hint=hint)
    target = find_revision(project, request.merge_into) if request.merge_into is not None else None
    # What the merge brings is the difference to where it goes.
    base = target or base
    # Where the change goes decides what it is judged by; nobody chooses an older policy by forking earlier.
    judge = base if request.base is not None or target is not None else trunk.commit
    wanted, policy = project.config, read_policy(project, trunk._replace(commit=judge))
    # The base has its prompts where its own basalt.yaml says.
    project.adopt(policy)
    old, conflicts = open_catalog(project, base, base[:9]), None
    project.adopt(wanted)
    if target is not None:
        tree, conflicts = _merge(project, target, head)
        new, label = open_catalog(project, tree, "in the merge"), f"merge into {request.merge_into}"
        deployments = project.read_committed(tree, DEPLOYMENTS_NAME)
    elif request.is_staged:
        new, label = Catalog(project.open_staged(), project.config.prompts, "in the index"), "index"
        deployments = _read_staged(project)
    else:
        new, label = open_catalog(project, None if project.root is not None else head), "working tree"
        path = project.root / DEPLOYMENTS_NAME if project.root is not None else None
        deployments = path.read_bytes() if path is not None and path.is_file() else None
    project.adopt(policy)
    return _Subject(project, trunk, policy, base, old, new, deployments, label), conflicts


def _merge(project: Project, target: str, head: str) -> tuple[str, str | None]:
    """Merge as git would, touching no branch and no file; return the tree, and what conflicts."""
    arguments = ["merge-tree", "--write-tree", "--name-only", "--no-messages", target, head]
    result = try_git(arguments, project.repository.folder, git_dir=project.repository.git_dir)
    lines = result.stdout.decode(errors="surrogateescape").splitlines()
    if result.returncode not in (0, 1) or not lines:
        raise BasaltError("git cannot merge without a working tree", hint="--merge-into needs git 2.38 or newer.")
    return lines[0], None if result.returncode == 0 else ", ".join(lines[1:6])


def _read_staged(project: Project) -> bytes | None:
    staged = project.repository.list_staged(project.prefix + DEPLOYMENTS_NAME)
    entry = next(iter(staged.values()), None)
    return project.objects.read_blob(entry[1]) if entry is not None else None


def _read_allowed(project: Project, base: str) -> dict[str, str]:
    """Return why a breaking change is meant, by prompt, from the trailers of the commits that are new."""
    messages = project.repository.run("log", "--format=%B%x00", "--end-of-options", f"{base}..HEAD").split("\0")
    # Trailers stand in the last paragraph, as git has it; what stands elsewhere only speaks of them.
    last = "\n".join(message.strip().rpartition("\n\n")[2] for message in messages)
    return {slug: reason.strip() for slug, reason in _ALLOWED.findall(last)}


def _lint(subject: _Subject, paths: list[str]) -> Iterator[CheckItem]:
    source = Source(subject.new.tree, subject.policy.prompts, subject.policy.environment_names, subject.deployments)
    for found in lint(source, choose_rules(subject.policy.lint), paths).findings:
        kind = _SEVERITIES.get(found.severity)
        if kind is not None:
            yield from subject.item(
                kind, found.message, code=found.code, path=found.path, line=found.span.line, column=found.span.column,
                help=found.help,
            )  # fmt: skip


def _find_tested(subject: _Subject) -> Iterator[str]:
    """Yield the prompts whose snapshots, fixtures or tables changed: their cases say something else now."""
    new, old = subject.new.tree, subject.project.open_commit(subject.base)
    reserved = [path for path in {*new.list_paths(), *old.list_paths()} if is_reserved(path)]
    changed = {path for path in reserved if new.read(path) != old.read(path)}
    for slug in subject.new.slugs if changed else ():
        prompt = subject.new.get_file(slug).prompt
        if prompt is not None and not changed.isdisjoint((snapshot_path(slug), *list_files(prompt))):
            yield slug


def _test(subject: _Subject, result: PromptResult) -> Iterator[CheckItem]:
    path = subject.new.path_of(result.slug)
    if result.error is not None:
        yield from subject.item("tests", f"the cases cannot run: {result.error}", slug=result.slug, path=path)
    for case in result.cases:
        for failure in case.failures:
            what = f"{failure.expectation}: {failure.problem}" if failure.expectation else failure.problem
            yield from subject.item("tests", f"case {case.name!r}: {what}", slug=result.slug, path=path)
    for name in result.obsolete:
        yield from subject.item("snapshots", f"the snapshot {name!r} is of no case", slug=result.slug, path=path)


def _find_breaking(subject: _Subject, diffs: tuple[PromptDiff, ...], allowed: dict[str, str]) -> Iterator[CheckItem]:
    """Yield what breaks for whoever an environment serves now; what broke before this change is not its fault."""
    pointers, closures = read_pointers(subject.project, subject.trunk), ClosureReader(subject.project)
    for diff in diffs:
        # A prompt that has moved runs under the slug that it had.
        for slug in dict.fromkeys([diff.slug, *(str(c.old) for c in diff.changes if c.code == "prompt-moved")]):
            for environment, running in pointers.items():
                places = running[slug].places if slug in running else []
                # What is not in this clone is said of the pointer itself.
                for place in (found for found in places if subject.project.objects.has_commit(found.version)):
                    deployed = closures.find(place.version, slug)
                    old, new = subject.old.find_closure(slug), subject.new.find_closure(slug)
                    known = {_name(change) for change in compare_closures(deployed, old)}
                    new_changes = [c for c in compare_closures(deployed, new) if _name(c) not in known]
                    yield from _to_items(subject, slug, environment, new_changes, allowed.get(slug))


# What a program may look for in an answer: whoever parses it should know.
_KINDS = {"output-contract": "contract"}


def _name(change: Change) -> tuple[str, str, str]:
    return change.code, change.path, change.message


def _to_items(
    subject: _Subject, slug: str, environment: str, changes: list[Change], reason: str | None
) -> Iterator[CheckItem]:
    help_text = f"Where it is meant, say so in a commit: Basalt-Allow-Breaking: {slug} REASON."
    for change in changes:
        kind = "breaking" if change.risk is Risk.BREAKING else _KINDS.get(change.code)
        for item in subject.item(
            kind, f"{change.message}, and {environment} runs {slug}", slug=slug, environment=environment,
            code=change.code, path=subject.new.path_of(slug), help=help_text,
        ):  # fmt: skip
            yield item if reason is None else item._replace(level=Level.ALLOWED, reason=reason, help=None)


def _find_callers(subject: _Subject, changed: set[str]) -> Iterator[CheckItem]:
    folders, root = subject.policy.check.callers, subject.project.root
    if not folders or root is None or subject.level_of("callers") == "off":
        return
    unread = find_unread(root, folders)
    if unread is not None:
        message = "calls in JavaScript are not looked at: what reads it is not installed"
        path, help_text = unread.relative_to(root).as_posix(), "pip install 'basalt-cli[callers]'"
        yield CheckItem("callers", Level.WARN, message, path=path, help=help_text)
    for call in find_wrong_calls(root, folders, subject.old, subject.new):
        for item in subject.item(
            "callers", call.message, slug=call.slug, path=call.path, line=call.line, column=call.column, help=call.help
        ):
            # What did not fit before is worth a word, and no reason to stop this change.
            is_ours = call.slug in changed or _is_edited(subject, call.path)
            yield item if is_ours else item._replace(level=Level.WARN)


def _is_edited(subject: _Subject, path: str) -> bool:
    """Say whether a file of the project is another than at the base."""
    root = subject.project.root
    data = (root / path).read_bytes() if root is not None else b""
    return subject.project.find_file_at(subject.base, path) != hash_blob(data)


def _find_pointers(subject: _Subject, allowed: dict[str, str]) -> Iterator[CheckItem]:
    after = _read_after(subject)
    if isinstance(after, CheckItem):
        yield after
        return
    for flaw in find_flaws(subject.project, subject.trunk, after):
        yield from subject.item("pointers", flaw.message, slug=flaw.slug, environment=flaw.environment)
    if subject.policy.deployments == "file":
        yield from _find_moves(subject, after, allowed)


def _find_moves(subject: _Subject, after: Pointers, allowed: dict[str, str]) -> Iterator[CheckItem]:
    """Yield what is to be said of pointers that the change moves, takes away, or sets where no policy is."""
    data = subject.project.read_committed(subject.base, DEPLOYMENTS_NAME)
    before = parse_deployments(data) if data is not None else {}
    for name in sorted(after.keys() - set(subject.policy.environment_names)):
        if after[name] != before.get(name, {}):
            message = (
                f"pointers of {name!r} move, and {CONFIG_NAME} on the base does not declare it: no gate judges them"
            )
            yield CheckItem("pointers", Level.WARN, message, environment=name, path=DEPLOYMENTS_NAME)
    for move in judge_moves(subject.project, subject.trunk, subject.policy, before, after, allowed):
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


def _find_policy(subject: _Subject, wanted: Config) -> Iterator[CheckItem]:
    """Say whose policy the change touches: that is for people to decide, and easily overlooked among prompts."""
    for environment in subject.policy.environments:
        if wanted.find_environment(environment.name) != environment:
            message = f"the policy of {environment.name} changes; until that is merged, the old one counts"
            yield CheckItem("policy", Level.WARN, message, environment=environment.name, path=CONFIG_NAME)


def _read_after(subject: _Subject) -> Pointers | CheckItem:
    """Return the pointers as they will be; an item where they cannot be read."""
    if subject.policy.deployments != "file":
        return read_pointers(subject.project, subject.trunk)
    try:
        return parse_deployments(subject.deployments) if subject.deployments is not None else {}
    except BasaltError as error:
        place = error.place
        return CheckItem(
            "pointers", Level.FAIL, error.message, path=DEPLOYMENTS_NAME, line=place.line if place else None,
            column=place.column if place else None, help=error.hint,
        )  # fmt: skip
